#include "provision/project/snapshot_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provision/base/error.h"

namespace provision {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

Json to_json(const SchemaObject& object) {
  Json json = {{"kind", name_of(object.id.kind)}};
  if (!object.id.schema.empty()) json["schema"] = object.id.schema;
  if (!object.id.table.empty()) json["table"] = object.id.table;
  if (!object.id.name.empty()) json["name"] = object.id.name;
  if (object.generated_name) json["generated_name"] = true;
  Json& fields = json["fields"] = Json::object();
  for (const Field& field : object.fields) fields[field.name] = field.value;
  return json;
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SchemaObject read_object(const Json& json) {
  const std::string kind = json.at("kind").get<std::string>();
  const auto known = object_kind(kind);
  if (!known) throw usage_error(fmt::format("unknown kind of object '{}'", kind));
  SchemaObject object;
  object.id = {*known, json.value("schema", ""), json.value("table", ""), json.value("name", "")};
  object.generated_name = json.value("generated_name", false);
  for (const auto& [name, value] : json.at("fields").items()) {
    object.fields.push_back({name, value.get<std::string>()});
  }
  std::sort(object.fields.begin(), object.fields.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  return object;
}

SchemaSnapshot read_snapshot(const Json& json) {
  const int format = json.at("provision_snapshot").get<int>();
  if (format > kFormat) {
    throw usage_error(
        fmt::format("the snapshot has format {}, this program knows {}", format, kFormat),
        "a newer provision wrote it: use that one");
  }
  SchemaSnapshot snapshot;
  snapshot.engine = json.at("engine").get<std::string>();
  snapshot.version = json.at("version").get<std::string>();
  for (const Json& object : json.at("objects")) snapshot.objects.push_back(read_object(object));
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  for (const Json& one : json.at("not_compared")) {
    snapshot.not_compared.push_back(
        {one.at("what").get<std::string>(), one.at("count").get<std::int64_t>()});
  }
  return snapshot;
}

}  // namespace

std::string snapshot_text(const SchemaSnapshot& snapshot) {
  std::string text = fmt::format(
      "{{\"provision_snapshot\": {}, \"engine\": {}, \"version\": {}, \"fingerprint\": \"{}\",\n"
      " \"objects\": [",
      kFormat, line(snapshot.engine), line(snapshot.version), fingerprint(snapshot));
  for (size_t i = 0; i < snapshot.objects.size(); ++i) {
    text += (i == 0 ? "\n  " : ",\n  ") + line(to_json(snapshot.objects[i]));
  }
  text += "\n ],\n \"not_compared\": [";
  for (size_t i = 0; i < snapshot.not_compared.size(); ++i) {
    const NotCompared& one = snapshot.not_compared[i];
    text += (i == 0 ? "\n  " : ",\n  ") + line(Json{{"what", one.what}, {"count", one.count}});
  }
  return text + "]}\n";
}

SchemaSnapshot parse_snapshot(const std::string& text, const std::string& shown) {
  try {
    return read_snapshot(Json::parse(text));
  } catch (const Error& error) {
    throw error.at({shown, 0});
  } catch (const nlohmann::json::exception&) {
    throw usage_error(Place{shown, 0}, "this is no snapshot of a schema",
                      "`provision snapshot -o FILE` writes one");
  }
}

}  // namespace provision
