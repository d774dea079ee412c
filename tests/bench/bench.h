// The benchmarks, a file each; a new one is its file and its line here and in main.cc.
#pragma once

namespace provision::bench {

void register_alembic();   ///< alembic.cc
void register_backup();    ///< backup.cc
void register_copy();      ///< copy.cc
void register_drift();     ///< drift.cc
void register_generate();  ///< generate.cc
void register_python();    ///< python.cc
void register_reading();   ///< reading.cc
void register_reset();     ///< reset.cc
void register_server();    ///< server.cc
void register_upgrade();   ///< upgrade.cc
void register_verify();    ///< verify.cc

}  // namespace provision::bench
