#include "provision/project/project.h"

#include <fstream>

#include "provision/base/file.h"
#include "tests/errors.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ProjectTest : public testing::Test {
 protected:
  void write(const std::string& path, std::string_view text = "database: {}\n") {
    fs::create_directories((folder_.path() / path).parent_path());
    std::ofstream(folder_.path() / path) << text;
  }

  Project find(const std::string& below = "") const {
    return Project::find(folder_.path() / below, variables_);
  }

  TemporaryFolder folder_;
  Variables variables_;
};

TEST_F(ProjectTest, IsTheNearestFolderAboveThatHasEnvironments) {
  write("environments/dev.yaml");
  write("app/environments/dev.yaml");
  write("app/src/environments/readme.txt");
  fs::create_directories(folder_.path() / "app/src/deep");

  EXPECT_EQ(find().root(), fs::canonical(folder_.path()));
  EXPECT_EQ(find("app/src/deep").root(), fs::canonical(folder_.path() / "app"));
}

TEST_F(ProjectTest, WithoutEnvironmentsSaysHowToMakeOne) {
  EXPECT_THAT(trouble_of([&] { find(); }), HasSubstr("make a project here with 'provision init'"));
}

TEST_F(ProjectTest, AFolderThatDoesNotExistIsNamed) {
  EXPECT_THAT(trouble_of([&] { find("none"); }), StartsWith("no such folder: '"));
}

TEST_F(ProjectTest, AFileThatEndsInYmlIsToBeRenamed) {
  write("environments/dev.yml");

  EXPECT_EQ(trouble_of([&] { find(); }),
            "environments/dev.yml: environment files end in '.yaml' | rename it to 'dev.yaml'");
}

TEST_F(ProjectTest, NamesOfEnvironmentsAreSorted) {
  write("environments/staging.yaml");
  write("environments/base.yaml");
  write("environments/.hidden.yaml");
  write("environments/notes.txt");
  fs::create_directories(folder_.path() / "environments/folder.yaml");

  EXPECT_THAT(find().environment_names(), ElementsAre("base", "staging"));
}

TEST_F(ProjectTest, EnvironmentsAreReadWithTheVariablesThatWereGiven) {
  variables_ = {{"WHERE", "x.db"}};
  write("environments/dev.yaml", "database: {path: '${WHERE}'}");

  EXPECT_EQ(find().environment("dev").databases.at(0).location.path,
            fs::canonical(folder_.path()) / "x.db");
}

TEST_F(ProjectTest, AnOutlineDoesNotNeedItsVariables) {
  write("environments/dev.yaml", "database: {url_env: NONE}");

  EXPECT_EQ(find().outline("dev").problem, "environments/dev.yaml:1: variable 'NONE' is not set");
}

TEST_F(ProjectTest, TheDefaultIsWhatTheVariableSays) {
  write("environments/dev.yaml", "default: true\ndatabase: {}");
  write("environments/ci.yaml", "kind: test\ndatabase: {}");
  variables_ = {{"PROVISION_ENV", "ci"}};

  EXPECT_EQ(find().default_environment(), "ci");
}

TEST_F(ProjectTest, TheDefaultIsTheOneThatIsMarked) {
  write("environments/dev.yaml");
  write("environments/local.yaml", "kind: dev\ndefault: true\ndatabase: {}");
  variables_ = {{"PROVISION_ENV", ""}};

  EXPECT_EQ(find().default_environment(), "local");
}

TEST_F(ProjectTest, TheDefaultIsDevUnlessOneIsMarked) {
  write("environments/dev.yaml");
  write("environments/staging.yaml");

  EXPECT_EQ(find().default_environment(), "dev");
}

TEST_F(ProjectTest, TheDefaultIsTheOnlyOneThatCanBeUsed) {
  write("environments/base.yaml");
  write("environments/local.yaml", "extends: base\nkind: dev\n");

  EXPECT_EQ(find().default_environment(), "local");
}

TEST_F(ProjectTest, WithoutADefaultTheEnvironmentsAreListed) {
  write("environments/staging.yaml");
  write("environments/test.yaml");

  EXPECT_EQ(trouble_of([&] { find().default_environment(); }),
            "no environment is chosen, and none is the default | say --env NAME or set "
            "PROVISION_ENV; there are: staging, test");
}

TEST_F(ProjectTest, TwoDefaultsAreAnError) {
  write("environments/a.yaml", "kind: dev\ndefault: true\ndatabase: {}");
  write("environments/b.yaml", "default: true\ndatabase: {}");

  EXPECT_EQ(trouble_of([&] { find().default_environment(); }),
            "environments/b.yaml:1: a second default environment, the first is at "
            "environments/a.yaml:2");
}

}  // namespace
}  // namespace provision
