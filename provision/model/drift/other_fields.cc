// What fields of programs, types, foreign servers, text search and the database itself mean.
#include "provision/model/drift/fields.h"

namespace provision {
namespace {

using enum ObjectKind;

constexpr Kinds kRoutines = kinds(function, procedure, aggregate);
constexpr Kinds kActors = kinds(trigger, rule);
constexpr Kinds kTypes = kinds(enum_type, domain, composite_type, range_type, base_type);
constexpr Kinds kTextSearch = kinds(text_search_parser, text_search_dictionary,
                                    text_search_template, text_search_configuration);
constexpr Kinds kForeign = kinds(foreign_data_wrapper, foreign_server, user_mapping);

constexpr Meaning kOtherResult = breaks("calls of it may give another result");
constexpr Meaning kSearches = breaks("searches find other rows");
constexpr Meaning kStoredOtherwise = breaks("its values are stored in another way");
constexpr Meaning kOtherSteps =
    risks("its numbers come in other steps and may meet those of others");

constexpr FieldRow kProgramFields[] = {
    {kActors, "definition", breaks("it does something else, or at another time")},
    {kActors, "timing", breaks("it acts at another time")},
    {kActors, "event", breaks("other writes set it off")},
    {kActors, "when", breaks("other rows set it off")},
    {kinds(event_trigger), "definition", risks("changes of the schema set off something else")},
    {kinds(event_trigger), "tags", risks("other changes of the schema set it off")},
    {kinds(event_trigger), "enabled", risks("changes of the schema set it off, or do so no more")},
    {kinds(policy), "command", breaks("it lets other statements see or write rows")},
    {kinds(policy), "restrictive", breaks("it lets through what it held back"),
     breaks("it holds back what it let through")},
    {kinds(policy), "roles", breaks("it lets other roles see or write rows")},
    {kinds(policy), "using", breaks("other rows are visible through it")},
    {kinds(policy), "check", breaks("other rows may be written through it")},
    {kRoutines, "arguments", breaks("calls that name an argument, or leave one out, may fail")},
    {kRoutines, "returns", breaks("calls of it give another type")},
    {kRoutines, "language", risks("it is written in another language")},
    {kRoutines, "definition", kOtherResult},
    {kRoutines, "library", kOtherResult},
    {kRoutines, "volatility", risks("it is called more or less often, and may give stale results")},
    {kRoutines, "strict", breaks("calls of it with NULL give another result")},
    {kRoutines, "security definer", breaks("it has only the rights of its caller"),
     risks("it has the rights of its owner, whoever calls it")},
    {kRoutines, "leakproof", risks("other rows may leak through conditions that call it")},
    {kRoutines, "window", breaks("calls of it must be written in another way")},
    {kRoutines, "parallel", kOtherPlans},
    {kRoutines, "cost", kOtherPlans},
    {kRoutines, "rows", kOtherPlans},
    {kRoutines, "support", kOtherPlans},
    {kRoutines, "settings", risks("it runs under other settings, such as the search path")},
    {kRoutines, "transforms", kOtherResult},
    {kinds(aggregate), "aggregate kind", breaks("calls of it must be written in another way")},
    {kinds(aggregate), "transition space", kOtherPlans},
    {kinds(aggregate), "moving transition space", kOtherPlans},
    {kinds(aggregate), "combine function", kOtherPlans},
    {kinds(aggregate), "serial function", kOtherPlans},
    {kinds(aggregate), "deserial function", kOtherPlans},
    {kinds(aggregate), "sort operator", kOtherPlans},
    {kinds(aggregate), "transition function", kOtherResult},
    {kinds(aggregate), "transition type", kOtherResult},
    {kinds(aggregate), "final function", kOtherResult},
    {kinds(aggregate), "final extra", kOtherResult},
    {kinds(aggregate), "final modify", kOtherResult},
    {kinds(aggregate), "initial value", kOtherResult},
    {kinds(aggregate), "moving transition function", kOtherResult},
    {kinds(aggregate), "moving inverse function", kOtherResult},
    {kinds(aggregate), "moving transition type", kOtherResult},
    {kinds(aggregate), "moving final function", kOtherResult},
    {kinds(aggregate), "moving final extra", kOtherResult},
    {kinds(aggregate), "moving final modify", kOtherResult},
    {kinds(aggregate), "moving initial value", kOtherResult},
};

constexpr FieldRow kTypeFields[] = {
    {kTypes, "default", breaks("columns of it have another default")},
    {kTypes, "not null", risks("NULL gets in"), breaks("writes of NULL fail")},
    {kTypes, "collation", kOtherOrder},
    {kTypes, "subtype", breaks("its values are of another type")},
    {kinds(range_type), "operator class", breaks("its values sort and compare in another way")},
    {kinds(range_type), "canonical", breaks("its values are written in another way")},
    {kinds(range_type), "subtype difference", kOtherSpeed},
    {kinds(range_type), "multirange type", breaks("queries that name its multirange fail")},
    {kinds(base_type), "shell", shows("it is complete here"),
     breaks("nothing can be of this type")},
    {kinds(base_type), "input", breaks("its values are read in another way")},
    {kinds(base_type), "output", breaks("its values are shown in another way")},
    {kinds(base_type), "receive", breaks("its values are read in another way")},
    {kinds(base_type), "send", breaks("its values are sent in another way")},
    {kinds(base_type), "modifier input", breaks("types with its modifiers mean something else")},
    {kinds(base_type), "modifier output", breaks("types with its modifiers are shown otherwise")},
    {kinds(base_type), "subscript", breaks("subscripts of its values mean something else")},
    {kinds(base_type), "length", kStoredOtherwise},
    {kinds(base_type), "by value", kStoredOtherwise},
    {kinds(base_type), "alignment", kStoredOtherwise},
    {kinds(base_type), "storage", kOtherSpeed},
    {kinds(base_type), "category", risks("expressions may be read in another way")},
    {kinds(base_type), "preferred", risks("expressions may be read in another way")},
    {kinds(base_type), "delimiter", breaks("arrays of it are written in another way")},
    {kinds(base_type), "element", breaks("subscripts of its values mean something else")},
    {kinds(base_type), "collatable", breaks("text sorts and compares in another way")},
    {kinds(sequence), "start", shows("only a restart begins elsewhere")},
    {kinds(sequence), "increment", kOtherSteps},
    {kinds(sequence), "minimum", risks("its numbers have other limits")},
    {kinds(sequence), "cache", risks("it is faster or slower, and leaves other gaps")},
    {kinds(sequence), "cycle", breaks("it fails where it began again"),
     risks("its numbers come again when it is used up")},
    {kinds(sequence), "unlogged", risks("writes are slower"),
     risks("its state is lost in a crash, and numbers come again")},
    {kinds(sequence), "owned by",
     risks("it is dropped and restarted with another column, or none")},
};

constexpr FieldRow kOtherFields[] = {
    {kinds(extension), "extension version", risks("what it provides may act in another way")},
    {kinds(extension), "in schema", breaks("names of what it provides may not be found")},
    {kinds(language), "trusted", breaks("roles may not write functions in it"),
     risks("any role may write functions in it")},
    {kinds(language), "handler", breaks("functions in it are run by something else")},
    {kinds(language), "inline", breaks("blocks of code in it are run by something else")},
    {kinds(language), "validator", risks("functions in it are checked in another way")},
    {kForeign, "validator", risks("its options are checked in another way")},
    {kForeign, "version", risks("its rows come from a server of another version")},
    {kForeign, "handler", kOtherSource},
    {kForeign, "options", kOtherSource},
    {kForeign, "wrapper", kOtherSource},
    {kForeign, "type", kOtherSource},
    {kinds(collation), "collation version", risks("indexes on its text may be in the wrong order")},
    {kinds(collation), "provider", kOtherOrder},
    {kinds(collation), "collate", kOtherOrder},
    {kinds(collation), "character type", kOtherOrder},
    {kinds(collation), "locale", kOtherOrder},
    {kinds(collation), "rules", kOtherOrder},
    {kinds(collation), "not deterministic", kOtherOrder},
    {kinds(conversion), "definition", breaks("text is converted in another way")},
    {kinds(conversion), "default", breaks("text is converted in another way")},
    {kinds(cast), "definition", breaks("values are converted in another way")},
    {kinds(cast), "context", breaks("expressions that rely on it fail, or mean something else")},
    {kinds(transform), "from sql", breaks("functions that use it are given other values")},
    {kinds(transform), "to sql", breaks("functions that use it give other values")},
    {kinds(operator_), "function", kOtherResult},
    {kinds(operator_), "result", breaks("expressions with it are of another type")},
    {kinds(operator_), "commutator", kOtherPlans},
    {kinds(operator_), "negator", kOtherPlans},
    {kinds(operator_), "restrict", kOtherPlans},
    {kinds(operator_), "join", kOtherPlans},
    {kinds(operator_), "merges", kOtherPlans},
    {kinds(operator_), "hashes", kOtherPlans},
    {kinds(operator_family), "operators", kOtherPlans},
    {kinds(operator_family), "functions", kOtherPlans},
    {kinds(operator_class), "definition", breaks("indexes that use it mean something else")},
    {kinds(operator_class), "default", risks("indexes may be made with another class, or not")},
    {kinds(operator_class), "storage", kOtherSpeed},
    {kinds(access_method), "definition", breaks("what uses it is read and written otherwise")},
    {kTextSearch, "definition", kSearches},
    {kTextSearch, "template", kSearches},
    {kTextSearch, "options", kSearches},
    {kTextSearch, "parser", kSearches},
    {kTextSearch, "mappings", kSearches},
    {kinds(publication), "publish", breaks("its subscribers are sent other changes")},
    {kinds(publication), "via root", breaks("its subscribers are sent rows of other tables")},
    {kinds(publication), "generated columns", breaks("its subscribers are sent other columns")},
    {kinds(publication), "all tables", breaks("its subscribers are sent rows of other tables")},
    {kinds(publication), "schemas", breaks("its subscribers are sent rows of other tables")},
    {kinds(publication), "tables", breaks("its subscribers are sent other rows or columns")},
    {kinds(subscription), "disabled", breaks("rows of its publisher arrive"),
     breaks("rows of its publisher do not arrive")},
    {kinds(subscription), "slot", risks("it follows another slot, and may miss or repeat rows")},
    {kinds(subscription), "publications", breaks("it is sent other rows")},
};

constexpr FieldRow kDatabaseFields[] = {
    {kinds(database), "connection limit", risks("connections may be refused, or be too many")},
    {kinds(database), "no connections", risks("sessions may begin"), breaks("nobody can connect")},
    {kinds(database), "template", breaks("roles that do not own it cannot copy it"),
     risks("any role that may make databases can copy it")},
    {kinds(database), "application_id", risks("programs may take the file for another kind")},
    {kinds(database), "user_version", risks("programs that ask for it may act in another way")},
    {kinds(database), "encoding", risks("text sorts in another way beyond ASCII")},
    {kinds(database), "server owner", risks("another role may change and drop the database")},
    {kinds(database), "server encoding", breaks("text may not be storable")},
    {kinds(database), "server collation version",
     risks("indexes on text may be in the wrong order")},
    {kinds(database), "server collation", kOtherOrder},
    {kinds(database), "server character type", kOtherOrder},
    {kinds(database), "server locale provider", kOtherOrder},
    {kinds(database), "server locale", kOtherOrder},
    {kinds(database), "server auto_vacuum", risks("the file shrinks and fragments otherwise")},
};

}  // namespace

std::array<std::span<const FieldRow>, 4> other_fields() {
  return {kProgramFields, kTypeFields, kOtherFields, kDatabaseFields};
}

}  // namespace provision
