#include <weft/models/generated/generate_dialogues.h>
#include <weft/models/translator/conversation.h>

#include <doctest/doctest.h>

namespace weft {

namespace {

// The answer to a color is the color with "!", and the answer to "again" is the previous color.
Translator train() {
  std::vector<text::TextPair> pairs;
  for (const char* word : {"red", "green", "blue"})
    for (int i = 0; i < 12; ++i) {
      const std::string text = word;
      pairs.push_back({text, text + " !"});
      pairs.push_back({"again", "what ?"});
      pairs.push_back({text + " <sep> " + text + " ! <sep> again", "I said " + text});
    }
  TranslatorTraining options;
  options.model = {.embedding_dim = 16, .hidden = 32, .dropout = 0};
  options.learning_rate = 1e-2;
  options.min_count = 1;
  options.fit.epochs = 30;
  options.fit.batch_size = 12;
  options.fit.progress = false;
  return Translator::train(pairs, pairs, options);
}
Translator& trained() {
  static Translator translator = train();
  return translator;
}

}  // namespace

TEST_CASE("conversation: earlier lines precede a line if the context says so") {
  Translator& translator = trained();
  Conversation forgetful(translator, {}), remembering(translator, {.context = {2, "<sep>"}, .search = {.beam = 2}});
  CHECK(forgetful.answer("blue") == "blue !");
  CHECK(forgetful.answer("again") == "what ?");
  CHECK(remembering.answer("blue") == "blue !");
  CHECK(remembering.answer("").empty());
  CHECK(remembering.answer("again") == "I said blue");
  // Only two lines are kept, so that the third answer depends only on the last three lines.
  Conversation later(translator, {.context = {2, "<sep>"}});
  later.answer("red");
  later.answer("green");
  CHECK(later.answer("again") ==
        translator
            .translate(std::vector<std::string>{
                "green <sep> " + translator.translate(std::vector<std::string>{"red <sep> red ! <sep> green"})[0].text +
                " <sep> again"})[0]
            .text);
}

TEST_CASE("conversation: samples depend on the seed, with another stream for each answer") {
  Translator& translator = trained();
  ConversationOptions options{.search = {.sampling = Sampling{.temperature = 4, .seed = 2}, .min_length = 5}};
  Conversation one(translator, options), two(translator, options);
  const std::string first = one.answer("red"), second = one.answer("red");
  CHECK(first != second);
  CHECK(two.answer("red") == first);
  CHECK(two.answer("  ").empty());
  CHECK(two.answer("red") == second);
}

TEST_CASE("conversation: the example of models/docs/chat.md works") {
  TranslatorTraining options;
  options.model = {.embedding_dim = 16, .hidden = 32, .copy = true};
  options.learning_rate = 1e-2;
  options.fit.epochs = 4;
  options.fit.batch_size = 16;
  options.fit.progress = false;

  const text::ContextOptions context{.lines = 4, .separator = "<sep>"};
  options.context = context;
  const auto pairs = text::pairs_of(text::generate_dialogues(200, 1), context);
  Translator translator = Translator::train(pairs, {}, options);

  Conversation conversation(translator, {.context = translator.context()});
  const std::string first = conversation.answer("when is the museum open on friday ?");
  const std::string second = conversation.answer("and on sunday ?");

  CHECK(translator.context() == context);
  CHECK(first.ends_with("."));
  CHECK(second.ends_with("."));
}

TEST_CASE("conversation: invalid options are errors") {
  Translator& translator = trained();
  CHECK_THROWS_WITH_AS(Conversation(translator, {.context = {.lines = -1}}), doctest::Contains("context -1 is negative"),
                       ValueError);
  CHECK_THROWS_WITH_AS(Conversation(translator, {.context = {.separator = "<turn>"}}),
                       doctest::Contains("separator \"<turn>\" is not in"), ValueError);
  CHECK_THROWS_WITH_AS(Conversation(translator, {.search = {.beam = 0}}), doctest::Contains("search: beam is 0, not at least 1"),
                       ValueError);
}

}  // namespace weft
