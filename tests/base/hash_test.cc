#include "provision/base/hash.h"

#include <gmock/gmock.h>

#include <set>

namespace provision {
namespace {

TEST(Sha256, GivesThePublishedValues) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, ReadsBehindANulByte) {
  EXPECT_NE(sha256(std::string_view("a\0b", 3)), sha256(std::string_view("a\0c", 3)));
}

TEST(RandomHex, IsAsLongAsAskedAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random_hex(8));

  EXPECT_EQ(seen.size(), 1'000U);
  EXPECT_EQ(seen.begin()->size(), 16U);
}

TEST(RandomUuid, IsOfVersionFour) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(random_uuid(), testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                                     "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  }
}

}  // namespace
}  // namespace provision
