# find_package(provision): the target provision::harness_gtest.
include(${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake)
find_package(GTest REQUIRED)
include(${CMAKE_CURRENT_LIST_DIR}/provision-targets.cmake)
set_property(TARGET provision::harness_gtest PROPERTY INTERFACE_COMPILE_DEFINITIONS
  PROVISION_PROJECT="$<IF:$<BOOL:$<TARGET_PROPERTY:PROVISION_PROJECT>>,$<TARGET_PROPERTY:PROVISION_PROJECT>,${CMAKE_SOURCE_DIR}>")
