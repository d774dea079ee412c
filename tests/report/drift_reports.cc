#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/report/reports.h"

namespace provision {
namespace {

using Object = Comparison::Object;

Difference judged(Difference difference, const std::string& severity, const std::string& reason) {
  difference.severity = severity;
  difference.reason = reason;
  return difference;
}

Finding finding(const std::string& state, const std::string& subject, const std::string& severity,
                std::vector<Difference> differences) {
  std::string worst;
  for (const Difference& one : differences) {
    if (worst.empty() && one.severity == severity) worst = one.reason;
  }
  return {.verdict = state,
          .subject = subject,
          .message = worst,
          .differences = std::move(differences),
          .severity = severity};
}

/// An object that is on one side only.
Finding lone(const std::string& state, const std::string& subject, const std::string& severity,
             const std::string& reason, const std::string& value = "") {
  Difference one{.type = state, .object = subject, .difference_class = "structure"};
  (state == "missing" ? one.expected : one.actual) = value;
  return finding(state, subject, severity, {judged(one, severity, reason)});
}

constexpr const char* kTotal =
    "CREATE OR REPLACE FUNCTION shop.order_total(order_id integer)\n"
    " RETURNS numeric\n LANGUAGE plpgsql\n STABLE\nAS $function$\nDECLARE\n  result numeric;\n"
    "BEGIN\n  SELECT sum(price * amount) INTO result\n    FROM shop.order_lines\n"
    "   WHERE order_lines.order_id = order_total.order_id;\n  RETURN coalesce(result, 0);\n"
    "END;\n$function$\n";

std::string old_total() {
  std::string text = kTotal;
  text.replace(text.find("price * amount"), 14, "price");
  return text.replace(text.find("STABLE"), 6, "VOLATILE");
}

std::vector<Finding> shop_findings() {
  return {
      lone("extra", "extension pg_stat_statements", "cosmetic",
           "nothing of the application uses it", "1.9"),
      lone("missing", "table shop.coupons", "breaking", "statements that name it fail"),
      finding(
          "changed", "table shop.customers", "breaking",
          {judged({"changed", "column shop.customers.email", "type", "character varying(255)",
                   "character varying(80)", "structure"},
                  "breaking", "longer values are refused"),
           judged(
               {"changed", "column shop.customers.email", "not null", "not null", "", "structure"},
               "risky", "rows without a value get in"),
           judged({"missing", "column shop.customers.nickname", "", "text", "", "structure"},
                  "breaking", "statements that name it fail"),
           judged({"extra", "index shop.customers.customers_old_idx", "", "", "btree (lower(name))",
                   "structure"},
                  "cosmetic", "writes are slower"),
           judged({"changed", "table shop.customers", "comment", "Those who buy", "", "comment"},
                  "cosmetic", "only readers of the schema see it"),
           {"changed", "table shop.customers", "column order", "id\nname\nemail", "id\nemail\nname",
            "order", false}}),
      finding("changed", "table shop.orders", "risky",
              {judged({"missing", "foreign key shop.orders.orders_customer_fkey", "",
                       "FOREIGN KEY (customer_id) REFERENCES shop.customers(id)", "", "structure"},
                      "risky", "orders of customers that do not exist get in"),
               judged({"extra", "foreign key shop.orders.orders_customer_fk", "", "",
                       "FOREIGN KEY (customer_id) REFERENCES shop.customers(id)", "structure"},
                      "risky", "writes that broke nothing before are refused"),
               judged({"changed", "table shop.orders", "privilege to reporting", "SELECT",
                       "SELECT, INSERT, UPDATE, DELETE", "privilege"},
                      "risky", "a role may do more than it should")}),
      finding("changed", "view shop.open_orders", "breaking",
              {judged({"changed", "view shop.open_orders", "definition",
                       " SELECT orders.id,\n    orders.placed_at\n   FROM shop.orders\n  WHERE "
                       "orders.state <> ALL (ARRAY['done'::text, 'void'::text]);",
                       " SELECT orders.id,\n    orders.placed_at\n   FROM shop.orders\n  WHERE "
                       "orders.state <> 'done'::text;",
                       "structure"},
                      "breaking", "it gives other rows")}),
      finding("changed", "function shop.order_total(integer)", "breaking",
              {judged({"changed", "function shop.order_total(integer)", "definition", kTotal,
                       old_total(), "structure"},
                      "breaking", "it gives other results")}),
      lone("missing", "function shop.purge(date)", "breaking", "calls of it fail",
           "CREATE OR REPLACE FUNCTION shop.purge(before date)\n RETURNS void\n LANGUAGE sql\n"
           "AS $function$\n  DELETE FROM shop.orders WHERE placed_at < before;\n$function$\n"),
      lone("extra", "table shop.orders_backup_2026_03", "cosmetic",
           "nothing of the application uses it")};
}

Comparison shop() {
  Comparison comparison{"head of staging", "staging", "shop"};
  comparison.objects = {
      {"schema audit", "same", "", 1},
      {"schema shop", "same", "", 1},
      {"extension pg_stat_statements", "extra", "cosmetic", 0},
      {"enum shop.order_state", "same", "", 5},
      {"sequence shop.invoice_numbers", "same", "", 0},
      {"table audit.log", "same", "", 9},
      {"table shop.addresses", "same", "", 14},
      {"table shop.coupons", "missing", "breaking", 7},
      {"table shop.customers", "changed", "breaking", 18},
      {"table shop.invoices", "same", "", 21},
      {"table shop.order_lines", "same", "", 11},
      {"table shop.orders", "changed", "risky", 26},
      {"table shop.orders_backup_2026_03", "extra", "cosmetic", 12},
      {"table shop.products", "same", "", 33},
      {"table shop.vat_rates", "same", "", 4},
      {"view shop.open_orders", "changed", "breaking", 2},
      {"view shop.turnover", "same", "", 5},
      {"function shop.order_total(integer)", "changed", "breaking", 0},
      {"function shop.purge(date)", "missing", "breaking", 0},
  };
  return comparison;
}

}  // namespace

Report schema_drift_report() {
  Report report{.command = "drift"};
  report.facts = {{"environment", "", "staging"}};
  report.tables = {
      {"likely_renames",
       "perhaps renamed",
       {{"database"}, {"expected"}, {"actual"}},
       {{"shop", "foreign key shop.orders.orders_customer_fkey",
         "foreign key shop.orders.orders_customer_fk"}}},
      {"ignored",
       "left out by rules",
       {{"rule"}, {"file"}, {"hidden"}},
       {{"privilege * to metrics", "environments/staging.yaml:12", Value(std::int64_t{41})},
        {"table audit.tmp_*", "environments/staging.yaml:13",
         Cell(Value(std::int64_t{0}), Tone::warning)}}}};
  Comparison metrics{"head of staging", "staging", "metrics"};
  metrics.objects = {{"table events", "same", "", 12}, {"table sources", "changed", "risky", 6}};
  report.comparisons = {shop(), metrics};
  report.findings = shop_findings();
  for (Finding& one : report.findings) one.database = "shop";
  report.findings[1].message += " (with 5 columns, 2 indexes)";
  report.findings.push_back(finding("changed", "table sources", "risky",
                                    {judged({"missing", "index sources.sources_name_key", "",
                                             "UNIQUE btree (name)", "", "structure"},
                                            "risky", "doubled values get in")}));
  report.findings.back().database = "metrics";
  return report;
}

Report equal_drift_report() {
  Report report{.command = "drift"};
  report.comparisons = {shop()};
  std::erase_if(report.comparisons[0].objects,
                [](const Object& object) { return object.state != "same"; });
  return report;
}

Report fleet_drift_report() {
  Report report{.command = "drift"};
  report.facts = {{"expected", "", "head of tenants"}};
  report.tables = {{"fleet",
                    "databases by what differs",
                    {{"databases"}, {"differences"}, {"names"}},
                    {{Value(std::int64_t{38}), Value(std::int64_t{0}), "tenant_01, tenant_02, ..."},
                     {Value(std::int64_t{2}), Value(std::int64_t{1}), "tenant_17, tenant_23"}}}};
  for (int i = 1; i <= 40; ++i) {
    const std::string name = fmt::format("tenant_{:02}", i);
    const bool is_odd = i == 17 || i == 23;
    report.comparisons.push_back(
        {"head of tenants",
         name,
         name,
         {{"table accounts", is_odd ? "changed" : "same", is_odd ? "breaking" : "", 8},
          {"table entries", "same", "", 11}}});
    if (!is_odd) continue;
    report.findings.push_back(
        finding("changed", "table accounts", "breaking",
                {judged({"missing", "column accounts.iban", "", "text", "", "structure"},
                        "breaking", "statements that name it fail")}));
    report.findings.back().database = name;
  }
  report.findings.push_back(
      {.verdict = "unavailable", .subject = "tenant_41", .message = "the server does not answer"});
  return report;
}

Report hostile_drift_report() {
  const std::string markup = "<script>document.title='owned'</script><img src=x onerror=alert(1)>";
  const std::string terminal = "evil\033[2J\033]0;owned\007\nname\r\"'`";
  const std::string direction = "\u202egnp.exe\u2028::error file=x::owned\n##[error]owned";
  const std::string name = "table " + markup;
  Report report{.command = "drift"};
  Comparison comparison{"head " + markup, terminal, direction};
  comparison.objects = {{name, "changed", "breaking\"><b>", 3},
                        {"table " + terminal, "missing", "risky", 1},
                        {"view " + direction, "extra", "cosmetic", 2'000'000'000},
                        {"table " + std::string(3000, 'x'), "chan ged", "", 1},
                        {"", "", "", 0},
                        {"table a.b.c.", "same", "", 1},
                        {"table \xff\xfe", "same", "", 1}};
  report.comparisons = {comparison};
  report.tables = {{"likely_renames", markup, {{"expected"}, {"actual"}}, {{name, terminal}}}};
  report.findings = {
      finding("changed", name, "breaking\"><b>",
              {judged({"changed", "column " + markup + "." + terminal, direction, "a\n" + markup,
                       "b\n" + terminal + "\xff", "structure"},
                      "breaking\"><b>", markup + direction),
               {"no type", name + ".", "", "", "postgresql://u:canary@h/d", "data"}}),
      lone("missing", "table " + terminal, "risky", terminal),
      lone("extra", "view " + direction, "cosmetic", direction, "PASSWORD 'canary'"),
      finding("changed", "table " + std::string(3000, 'x'), "", {})};
  for (Finding& one : report.findings) one.database = direction;
  return report;
}

Report large_drift_report(int count, int same) {
  Report report{.command = "drift"};
  Comparison comparison{"staging", "production", ""};
  constexpr std::array kSeverities = {"breaking", "risky", "cosmetic"};
  for (int i = 0; i < count + same; ++i) {
    const std::string plain = fmt::format("area_{:02}.thing_{:05}", i % 20, i);
    const std::string name = "table " + plain;
    if (i % (count + same) >= count) {
      comparison.objects.push_back({name, "same", "", 13});
      continue;
    }
    const std::string severity = kSeverities[i % 7 == 0 ? 0 : i % 3];
    if (i % 5 == 0) {
      const std::string state = i % 2 == 0 ? "missing" : "extra";
      comparison.objects.push_back({name, state, severity, 13});
      report.findings.push_back(lone(state, name, severity, "statements that name it fail"));
      continue;
    }
    comparison.objects.push_back({name, "changed", severity, 5 + i % 30});
    report.findings.push_back(
        finding("changed", name, severity,
                {judged({"changed", "column " + plain + ".label", "type", "text",
                         "character varying(80)", "structure"},
                        severity, "longer values are refused"),
                 judged({"missing", "index " + plain + "." + fmt::format("thing_{}_idx", i), "",
                         "btree (label)", "", "structure"},
                        "cosmetic", "lookups are slower")}));
  }
  std::sort(comparison.objects.begin(), comparison.objects.end(),
            [](const Object& a, const Object& b) { return a.name < b.name; });
  report.comparisons = {std::move(comparison)};
  return report;
}

}  // namespace provision
