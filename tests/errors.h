// What the code under test throws, so that a test can look at all of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "provision/base/error.h"

namespace provision {

/// The error that `work` ends with.
template <typename Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorKind::internal, "nothing was thrown");
}

/// The message of the usage Error that `work` ends with and, after " | ", its hint; "no error" if
/// there is none.
template <typename Work>
std::string trouble_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.hint().empty() ? error.message() : error.message() + " | " + error.hint();
  }
  return "no error";
}

}  // namespace provision
