#include "provision/base/descriptor.h"
#include "provision/base/interrupt.h"
#include "provision/base/variables.h"
#include "provision/cli/app.h"

int main(int argc, char** argv) {
  provision::open_standard_streams();
  provision::watch_for_interrupts();
  const provision::Variables variables = provision::current_variables();
  provision::forget_postgresql_variables();
  return provision::cli::run_program({argv + 1, argv + argc}, variables);
}
