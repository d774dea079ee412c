// The HTML report in a real browser, with no network.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/report/compared.h"
#include "provision/report/html_text.h"
#include "provision/report/render.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PageTest : public testing::Test {
 protected:
  void SetUp() override {
    browser_ = find_program("chromium");
    ASSERT_TRUE(browser_) << "there is no chromium: apt-get install chromium";
  }

  /// The page of `report` as it stands when its script has run, opened at `fragment`.
  std::string opened(const Report& report, const std::string& fragment = "") {
    return loaded(render(report, "html", {}), fragment);
  }

  /// How many pixels the page of `report` is wider than a phone's window.
  std::string overhang(const Report& report) {
    // In a frame: a browser without a screen has no window as narrow as that.
    return title_of(loaded(
        fmt::format("<title></title><iframe width=375 height=800 srcdoc=\"{}\"></iframe><script>"
                    "onload = () => {{ const page = frames[0].document.documentElement; "
                    "document.title = `${{page.scrollWidth - page.clientWidth}} of "
                    "${{page.clientWidth}}`; }}</script>",
                    html_escaped(render(report, "html", {}), true)),
        ""));
  }

  static std::string title_of(const std::string& page) {
    const size_t title = page.find("<title>") + 7;
    return page.substr(title, page.find("</title>") - title);
  }

  std::string loaded(const std::string& html, const std::string& fragment) {
    const std::filesystem::path page = folder_.path() / "page.html";
    write_file(page, html);
    const std::filesystem::path dump = folder_.path() / "dump.html";
    // Through a file: more is printed than `run` keeps.
    const Outcome outcome =
        run({.program = "/bin/sh",
             .arguments = {"-c", R"("$0" "$@" > "$DUMP")", browser_->string(), "--headless",
                           "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                           "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
                           "--user-data-dir=" + (folder_.path() / "profile").string(),
                           "--virtual-time-budget=5000", "--hide-scrollbars", "--dump-dom",
                           "file://" + page.string() + fragment},
             .variables = {{"DUMP", dump.string()}, {"HOME", folder_.path().string()}},
             .deadline = std::chrono::minutes(2)});
    console_ = outcome.errors;
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return read_bytes(dump);
  }

  std::string console_;

 private:
  std::optional<std::filesystem::path> browser_;
  TemporaryFolder folder_;
};

/// The tags in `html` that `pattern` matches from their beginning.
int count(const std::string& html, const std::string& pattern) {
  const std::regex expression(pattern);
  return static_cast<int>(
      std::distance(std::sregex_iterator(html.begin(), html.end(), expression), {}));
}

int shown(const std::string& html, const std::string& kind) {
  return count(html, fmt::format(R"(<(li|article) class="(card )?{}[^"]*"(?![^>]* hidden))", kind));
}

TEST_F(PageTest, ItsScriptRunsAndShowsEverythingAtFirst) {
  const std::string page = opened(failing_report());

  EXPECT_THAT(page, HasSubstr("<div class=\"tools\" id=\"tools\">"));
  EXPECT_EQ(shown(page, "row"), 6);
  EXPECT_EQ(shown(page, "finding"), 4);
  EXPECT_THAT(console_, Not(HasSubstr("Content Security Policy")));
}

TEST_F(PageTest, ASearchInTheAddressHidesWhatDoesNotFit) {
  const std::string page = opened(failing_report(), "#q=guests");

  EXPECT_EQ(shown(page, "row"), 1);
  EXPECT_EQ(shown(page, "finding"), 1);
  EXPECT_THAT(page, HasSubstr("1 of 6 shown, 1 of 4 findings"));
}

TEST_F(PageTest, AVerdictAndAKindInTheAddressAreFilters) {
  const std::string verdict = opened(failing_report(), "#v=up-failed");
  const std::string kind = opened(failing_report(), "#k=index");

  EXPECT_EQ(shown(verdict, "row"), 1);
  EXPECT_EQ(shown(verdict, "finding"), 1);
  EXPECT_EQ(shown(kind, "finding"), 1);
  EXPECT_EQ(count(kind, R"(<div class="difference[^"]*"(?![^>]* hidden))"), 1);
}

TEST_F(PageTest, SlowestFirstSortsTheRows) {
  const std::string page = opened(failing_report(), "#o=time");

  EXPECT_THAT(page.substr(page.find("<ol")),
              testing::ContainsRegex("^<ol[^>]*>[^<]*<li[^>]* id=\"r4\""));
}

TEST_F(PageTest, HostileNamesAreTextAndRunNothing) {
  const std::string page = opened(hostile_report());

  EXPECT_THAT(page, HasSubstr("<title>provision verify: 1 finding</title>"));
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror="));
  EXPECT_EQ(count(page, "<img|<!--"), 0);
  EXPECT_EQ(count(page, "<script"), 1);
  EXPECT_EQ(shown(page, "row"), 3);
}

TEST_F(PageTest, ComparedObjectsAreFilteredBySeverityStateKindAndName) {
  const Report report = schema_drift_report();
  const std::string all = opened(report);
  const std::string risky = opened(report, "#s=risky");
  const std::string both = opened(report, "#s=breaking&v=missing");
  const std::string kind = opened(report, "#k=index");

  EXPECT_EQ(shown(all, "finding"), 9);
  EXPECT_EQ(shown(risky, "finding"), 2);
  EXPECT_EQ(shown(both, "finding"), 2);
  EXPECT_EQ(shown(opened(report, "#q=nickname"), "finding"), 1);
  EXPECT_EQ(shown(kind, "finding"), 2);
  EXPECT_EQ(count(kind, R"(<div class="difference[^"]*"(?![^>]* hidden))"), 2);
  EXPECT_THAT(risky, HasSubstr("2 of 9 findings"));
  EXPECT_THAT(console_, Not(HasSubstr("Content Security Policy")));
}

TEST_F(PageTest, TilesOfWhatAFilterHidesFade) {
  const std::string page = opened(schema_drift_report(), "#s=risky");

  EXPECT_EQ(count(page, R"(<a class="tile )"), 9);
  EXPECT_EQ(count(page, R"(<a class="tile [^"]*\boff\b)"), 7);
}

TEST_F(PageTest, HostileNamesOfComparedObjectsAreText) {
  const std::string page = opened(hostile_drift_report());

  EXPECT_THAT(page, HasSubstr("<title>provision drift: 4 findings</title>"));
  EXPECT_EQ(count(page, "<img|<!--|<b>\"|<script>document"), 0);
  EXPECT_EQ(count(page, "<script"), 1);
  EXPECT_EQ(shown(page, "finding"), 4);
}

TEST_F(PageTest, FitsThePhone) {
  for (const Report& report : {schema_drift_report(), hostile_drift_report(), fleet_drift_report(),
                               equal_drift_report(), large_drift_report(50, 50)}) {
    EXPECT_EQ(overhang(report), "0 of 375") << described(compared(report));
  }
}

TEST_F(PageTest, TenThousandDifferencesAreShownAndCounted) {
  const std::string page = opened(large_drift_report(10'000, 5000));

  int shown = 0;
  constexpr std::string_view kCard = "<article class=\"card finding\"";
  for (size_t at = page.find(kCard); at != std::string::npos; at = page.find(kCard, at + 1))
    ++shown;
  EXPECT_EQ(shown, 10'000);
  EXPECT_THAT(page,
              AllOf(HasSubstr("The page would be too long: of "), Not(HasSubstr(" hidden="))));
  EXPECT_LT(page.size(), 12'000'000U);
}

TEST_F(PageTest, AThousandRevisionsAreShown) {
  EXPECT_EQ(shown(opened(long_report(1000)), "row"), 1000);
}

}  // namespace
}  // namespace provision
