#include "provision/ops/generate/word_lists.h"

#include <array>

namespace provision {
namespace {

using Word = std::string_view;

constexpr auto kFirst = std::to_array<Word>(
    {"Ada",   "Alan",  "Amina", "Anders", "Bela",  "Bruno",  "Carla", "Chen",  "Clara", "Dara",
     "Diego", "Edith", "Elena", "Emil",   "Farah", "Felix",  "Grace", "Hana",  "Hugo",  "Ines",
     "Ivan",  "Jana",  "Jonas", "Kofi",   "Lars",  "Leila",  "Lucia", "Magda", "Mateo", "Mei",
     "Mira",  "Nadia", "Niels", "Nora",   "Omar",  "Paula",  "Pedro", "Priya", "Rafa",  "Rosa",
     "Samir", "Sara",  "Sven",  "Tariq",  "Uma",   "Viktor", "Yara",  "Zoe"});

constexpr auto kLast = std::to_array<Word>(
    {"Abbas",  "Andersen", "Baker",  "Bauer",    "Berg",    "Bianchi", "Castro",  "Chandra",
     "Costa",  "Cruz",     "Dahl",   "Diallo",   "Dubois",  "Eriksen", "Fischer", "Fontana",
     "Garcia", "Gomez",    "Haddad", "Hansen",   "Herrera", "Ito",     "Ivanov",  "Jensen",
     "Kaplan", "Keller",   "Khan",   "Kowalski", "Larsen",  "Lehmann", "Lopez",   "Marino",
     "Mensah", "Meyer",    "Moreau", "Nakamura", "Novak",   "Okafor",  "Olsen",   "Petrov",
     "Quinn",  "Ramos",    "Rossi",  "Santos",   "Schmidt", "Silva",   "Singh",   "Suzuki",
     "Takeda", "Torres",   "Varga",  "Vogel",    "Weber",   "Wong",    "Yilmaz",  "Zhang"});

constexpr auto kPlain = std::to_array<Word>(
    {"amber",   "anchor", "apple",  "arrow",   "autumn", "basket",  "beacon",  "birch",  "bottle",
     "bridge",  "bronze", "candle", "canvas",  "cedar",  "cherry",  "circle",  "cloud",  "copper",
     "coral",   "cotton", "cradle", "dawn",    "desert", "drum",    "eagle",   "ember",  "falcon",
     "feather", "field",  "flint",  "forest",  "garden", "glass",   "granite", "harbor", "hazel",
     "honey",   "island", "ivory",  "jasmine", "kettle", "lantern", "lemon",   "linen",  "maple",
     "marble",  "meadow", "mirror", "moon",    "needle", "north",   "ocean",   "olive",  "orchard",
     "paper",   "pebble", "pepper", "pine",    "quartz", "rain",    "ribbon",  "river",  "saddle",
     "sand",    "shadow", "silver", "spring",  "stone",  "summer",  "thread",  "timber", "valley",
     "velvet",  "violet", "walnut", "water",   "wheat",  "willow",  "window",  "winter"});

}  // namespace

std::span<const std::string_view> first_names() { return kFirst; }
std::span<const std::string_view> last_names() { return kLast; }
std::span<const std::string_view> plain_words() { return kPlain; }

}  // namespace provision
