#include <weft/models/generated/detail/filled_pattern.h>
#include <weft/models/generated/detail/headline_events.h>
#include <weft/models/generated/detail/invented_name.h>
#include <weft/models/generated/generate_headlines.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

#include <algorithm>

namespace weft::text {

namespace {

using news::Words;

constexpr std::ptrdiff_t kShortest = 20, kLongest = 60;  // words of an article

class HeadlineWriter {
 public:
  HeadlineWriter(std::uint64_t seed, const HeadlineOptions& options) : random_(seed), options_(options) {}

  TextPair article() {
    for (;;) {
      TextPair pair = draft();
      const auto words = std::count(pair.source.begin(), pair.source.end(), ' ') + 1;
      if (words >= kShortest && words <= kLongest) return pair;
    }
  }

 private:
  TextPair draft() {
    const news::Event& event = random_.pick(news::kEvents);
    const Gaps gaps = draw(draw_town());
    std::vector<Words> told{event.before};  // excludes the earlier event of the same kind from the background
    const std::size_t sentences = 2 + static_cast<std::size_t>(random_.below(3));
    const std::size_t place = random_.chance(0.5) ? 0 : 1 + static_cast<std::size_t>(random_.below(sentences - 1));
    std::string article;
    for (std::size_t i = 0; i < sentences; ++i) {
      if (i > 0) article += ' ';
      article += i == place ? filled(random_.pick(event.told), gaps) : background(gaps.at("town"), told);
    }
    return {article, filled(event.headline, gaps)};
  }

  // Returns a sentence that is not news and not yet in `told`; half of the time it is about the same town.
  std::string background(const std::string& town, std::vector<Words>& told) {
    Words pattern = told.front();
    while (std::find(told.begin(), told.end(), pattern) != told.end())
      pattern = random_.chance(0.5) ? random_.pick(news::kEvents).before : random_.pick(news::kDetails);
    told.push_back(pattern);
    return filled(pattern, draw(random_.chance(0.5) ? town : draw_town()));
  }

  // Draws a text for every possible gap.
  Gaps draw(const std::string& town) {
    std::string far = draw_town();
    while (far == town) far = draw_town();
    return {{"town", town},
            {"far", far},
            {"who", draw_person()},
            {"n", std::to_string(2 + random_.below(98))},
            {"few", std::to_string(2 + random_.below(8))},
            {"place", of(news::kPlaces)},
            {"firm", of(news::kFirms)},
            {"job", of(news::kJobs)},
            {"sport", of(news::kSports)},
            {"treasure", of(news::kTreasures)},
            {"workers", of(news::kWorkers)},
            {"trouble", of(news::kTroubles)},
            {"day", of(news::kDays)},
            {"month", of(news::kMonths)},
            {"ago", of(news::kAgo)},
            {"weather", of(news::kWeather)},
            {"feeling", of(news::kFeelings)}};
  }

  template <class List>
  std::string of(const List& list) {
    return std::string(random_.pick(list));
  }
  bool rare() { return random_.chance(options_.rare_names); }
  std::string draw_town() { return rare() ? invented_name(NameOf::town, random_) : of(news::kTowns); }
  std::string draw_person() {
    const std::string first = of(news::kFirstNames);
    return first + ' ' + (rare() ? invented_name(NameOf::person, random_) : of(news::kSurnames));
  }

  CounterRandom random_;
  HeadlineOptions options_;
};

}  // namespace

std::vector<TextPair> generate_headlines(std::size_t count, std::uint64_t seed, const HeadlineOptions& options) {
  require<ValueError>(options.rare_names >= 0 && options.rare_names <= 1, "generate_headlines: rare_names ", options.rare_names,
                      " is outside 0 .. 1");
  HeadlineWriter writer(seed, options);
  std::vector<TextPair> pairs;
  pairs.reserve(count);
  for (std::size_t i = 0; i < count; ++i) pairs.push_back(writer.article());
  return pairs;
}

}  // namespace weft::text
