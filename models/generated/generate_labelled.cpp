#include <weft/models/generated/generate_labelled.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <array>
#include <string_view>

namespace weft::text {

namespace {

using Words = std::string_view;

struct Topic {
  Words label;
  std::array<Words, 16> words;  // nouns that reveal the topic
};

constexpr std::array<Topic, 8> kTopics = {{
    {"weather",
     {"rain", "snow", "forecast", "storm", "temperature", "wind", "fog", "thunder", "sunshine", "humidity", "frost", "hail",
      "sky", "heat wave", "drizzle", "barometer"}},
    {"music",
     {"song", "album", "concert", "playlist", "guitar", "singer", "melody", "piano", "chorus", "orchestra", "violin", "lyrics",
      "drummer", "symphony", "loudspeaker", "duet"}},
    {"travel",
     {"flight", "hotel", "passport", "luggage", "airport", "visa", "ferry", "itinerary", "suitcase", "hostel", "cruise",
      "boarding pass", "departure", "border", "tourist guide", "stopover"}},
    {"cooking",
     {"recipe", "oven", "soup", "flour", "onion", "dessert", "sauce", "frying pan", "dough", "spice", "dinner", "garlic",
      "casserole", "ingredient", "cake", "kettle"}},
    {"banking",
     {"account", "loan", "credit card", "mortgage", "deposit", "transfer", "overdraft", "cheque", "savings", "invoice",
      "cash machine", "currency", "debt", "payment", "statement", "pension"}},
    {"health",
     {"doctor", "fever", "medicine", "headache", "vaccine", "pharmacy", "dentist", "prescription", "cough", "allergy", "surgeon",
      "bandage", "pulse", "ankle", "clinic", "diet"}},
    {"sport",
     {"football", "goalkeeper", "marathon", "stadium", "referee", "tennis", "league", "trophy", "swimmer", "coach", "penalty",
      "championship", "racket", "cyclist", "half-time", "medal"}},
    {"computing",
     {"laptop", "password", "software", "keyboard", "browser", "printer", "virus scanner", "server", "backup", "website",
      "spreadsheet", "download", "firewall", "database", "monitor", "e-mail"}},
}};

// A word that belongs to two topics, given as indices into kTopics.
struct SharedWord {
  Words word;
  std::array<std::size_t, 2> topics;
};

constexpr std::array<SharedWord, 8> kSharedWords = {{
    {"record", {1, 6}},
    {"note", {1, 4}},
    {"season", {0, 6}},
    {"trainer", {5, 6}},
    {"balance", {4, 5}},
    {"menu", {3, 7}},
    {"virus", {5, 7}},
    {"cloud", {0, 7}},
}};

constexpr std::array<Words, 10> kGreetings = {
    "hello ,",  "good morning ,", "hi there ,", "excuse me ,",      "sorry to bother you ,",
    "listen ,", "please ,",       "well ,",     "one more thing :", "good evening ,"};
constexpr std::array<Words, 8> kSpeakers = {"my sister",    "my neighbour",          "a friend of mine",
                                            "our teacher",  "the old man next door", "my boss",
                                            "your brother", "everybody here"};
constexpr std::array<Words, 6> kTold = {"asked me", "wrote to me", "reminded me", "called me", "wanted to know", "keeps asking"};
constexpr std::array<Words, 8> kTimes = {"yesterday",       "this morning", "on monday", "last week",
                                         "again and again", "an hour ago",  "at lunch",  "twice"};
constexpr std::array<Words, 6> kQuestions = {"could you check the",        "what do you know about the",
                                             "can you find out about the", "is there any news of the",
                                             "who can explain to me the",  "would you like to talk about the"};
constexpr std::array<Words, 6> kRequests = {"tell me something about the", "i have a question about the",
                                            "i need some help with the",   "remind me of the",
                                            "do not forget the",           "i am worried about the"};
constexpr std::array<Words, 10> kEndings = {
    "before we leave",         "as soon as you can", "if you have a minute", "for my little brother", "and be quick",
    "because it is important", "in a few words",     "for tomorrow",         "one last time",         "without any hurry"};
constexpr std::array<Words, 4> kRejectionsBefore = {"forget about the", "i do not care about the", "never mind the",
                                                    "this is not about the"};
constexpr std::array<Words, 4> kRejectionsAfter = {"and not the", "instead of the", "rather than the", "but nothing about the"};

class LabelledTextWriter {
 public:
  explicit LabelledTextWriter(std::uint64_t seed) : random_(seed) {}

  LabelledText text(const LabelledShares& shares) {
    text_.clear();
    const bool ambiguous = random_.chance(shares.ambiguous);
    const bool rejected = !ambiguous && random_.chance(shares.rejected / (1 - shares.ambiguous));
    const SharedWord& shared = random_.pick(kSharedWords);
    const std::size_t topic = ambiguous ? random_.pick(shared.topics) : random_.below(kTopics.size());
    const Words word = ambiguous ? shared.word : random_.pick(kTopics[topic].words);

    if (random_.chance(0.4)) add(random_.pick(kGreetings));
    if (random_.chance(0.5)) add_story();
    const bool rejected_first = rejected && random_.chance(0.5);
    if (rejected_first) {
      add(random_.pick(kRejectionsBefore));
      add(word_of_another(topic));
      add(",");
    }
    const bool question = random_.chance(0.5);
    add(random_.pick(question ? kQuestions : kRequests));
    add(word);
    if (!ambiguous && random_.chance(0.3)) {
      add("and the");
      add(random_.pick(kTopics[topic].words));
    }
    if (rejected && !rejected_first) {
      add(random_.pick(kRejectionsAfter));
      add(word_of_another(topic));
    }
    if (random_.chance(0.5)) add(random_.pick(kEndings));
    add(question ? "?" : random_.chance(0.7) ? "." : "!");
    return {std::string(kTopics[topic].label), text_};
  }

 private:
  void add(Words words) {
    if (!text_.empty()) text_ += ' ';
    text_ += words;
  }

  // my sister called me yesterday :
  void add_story() {
    add(random_.pick(kSpeakers));
    add(random_.pick(kTold));
    if (random_.chance(0.7)) add(random_.pick(kTimes));
    add(":");
  }

  Words word_of_another(std::size_t topic) {
    const std::size_t step = 1 + static_cast<std::size_t>(random_.below(kTopics.size() - 1));
    return random_.pick(kTopics[(topic + step) % kTopics.size()].words);
  }

  CounterRandom random_;
  std::string text_;
};

}  // namespace

std::vector<std::string> generated_labels() {
  std::vector<std::string> labels;
  for (const Topic& topic : kTopics) labels.emplace_back(topic.label);
  return labels;
}

std::vector<LabelledText> generate_labelled(std::size_t count, std::uint64_t seed, const LabelledShares& shares) {
  const auto [rejected, ambiguous] = shares;
  require<ValueError>(rejected >= 0 && ambiguous >= 0 && rejected + ambiguous <= 1,
                      "generate_labelled: shares must be at least 0 and sum to 1 at most, got ", rejected, " and ", ambiguous);
  LabelledTextWriter writer(seed);
  std::vector<LabelledText> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) texts.push_back(writer.text(shares));
  return texts;
}

}  // namespace weft::text
