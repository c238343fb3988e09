#include <weft/models/generated/detail/dialogue_world.h>
#include <weft/models/generated/detail/filled_pattern.h>
#include <weft/models/generated/detail/invented_name.h>
#include <weft/models/generated/generate_dialogues.h>
#include <weft/models/io/detail/order.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

namespace {

// What the last answer was about, which decides what the next question may be.
enum class About { nothing, hours, price, street, train, fare };

class DialogueWriter {
 public:
  DialogueWriter(std::uint64_t seed, const DialogueOptions& options) : random_(seed), options_(options) {}

  Dialogue dialogue() {
    lines_.clear();
    about_ = About::nothing;
    if (random_.chance(0.4)) greet();
    for (std::uint64_t turns = 2 + random_.below(5); turns > 0; --turns) {
      if (random_.chance(0.06))
        say(town::kWho, "i am the help desk of the town .");
      else if (about_ != About::nothing && random_.chance(0.75))
        go_on();
      else
        begin();
    }
    if (random_.chance(0.2))
      say(town::kThanks, "you are welcome .");
    else if (random_.chance(0.2))
      say(town::kFarewells, "goodbye , have a nice day !");
    return lines_;
  }

 private:
  void greet() {
    if (random_.chance(0.5)) return say(town::kGreetings, "hello , how can i help you ?");
    draw_name();
    say(town::kIntroductions, "hello {name} , how can i help you ?");
  }

  // Asks a question that can be understood by itself.
  void begin() {
    for_children_ = there_and_back_ = false;
    const std::uint64_t kind = random_.below(5);
    if (kind > 2) {
      draw_destination();
      draw_part();
      return answer_train(town::kAskTrain);
    }
    draw_place();
    if (kind == 1) return answer_price(town::kAskPrice);
    if (kind == 2) return answer_street(town::kAskStreet);
    draw_day();
    answer_hours(town::kAskHours);
  }

  // Asks a question that can only be understood from the previous lines.
  void go_on() {
    if (about_ == About::train || about_ == About::fare) return go_on_about_train();
    const std::uint64_t kind = random_.below(5);
    if (kind < 2) return go_on_as_before();
    for_children_ = false;
    if (kind == 2 && about_ != About::price) return answer_price(town::kAskItsPrice);
    if (kind == 3 && about_ != About::street) return answer_street(town::kAskItsStreet);
    draw_day();
    answer_hours(about_ == About::hours ? town::kAskOtherDay : town::kAskItsHours);
  }

  // Asks the same question about another place, or about children.
  void go_on_as_before() {
    if (about_ == About::price && !for_children_ && random_.chance(0.6)) {
      for_children_ = true;
      return answer_price(town::kAskForChildren);
    }
    draw_place();
    if (about_ == About::hours) return answer_hours(town::kAskOtherPlace);
    if (about_ == About::price) return answer_price(town::kAskOtherPlace);
    answer_street(town::kAskOtherPlace);
  }

  void go_on_about_train() {
    const std::uint64_t kind = random_.below(4);
    if (kind == 0) {
      draw_name();
      return say(town::kAskSeat, "a seat in the {time} train to {town} is booked for {name} .");
    }
    if (kind == 1) {
      draw_destination();
      return about_ == About::train ? answer_train(town::kAskOtherTown) : answer_fare(town::kAskOtherTown);
    }
    if (about_ == About::train && kind == 2) {
      draw_part();
      return answer_train(town::kAskOtherPart);
    }
    there_and_back_ = about_ == About::fare;
    answer_fare(there_and_back_ ? town::kAskReturn : town::kAskItsPrice);
  }

  void answer_hours(const town::Ways& question) {
    about_ = About::hours;
    const town::Words hours = place_->hours[day_ < 5 ? 0 : day_ - 4];
    gaps_["hours"] = hours;
    say(question, hours.empty() ? "it is closed then ." : "it is open from {hours} .");
  }
  void answer_price(const town::Ways& question) {
    about_ = About::price;
    gaps_["price"] = std::to_string(for_children_ ? place_->price_for_children : place_->price);
    say(question, "it costs {price} crowns .");
  }
  void answer_street(const town::Ways& question) {
    about_ = About::street;
    gaps_["street"] = place_->street;
    say(question, "it is in {street} .");
  }
  void answer_train(const town::Ways& question) {
    about_ = About::train;
    gaps_["platform"] = std::to_string(destination_->platform);
    say(question, "at {time} , from platform {platform} .");
  }
  void answer_fare(const town::Ways& question) {
    about_ = About::fare;
    gaps_["price"] = std::to_string(there_and_back_ ? destination_->return_price : destination_->price);
    say(question, "it costs {price} crowns .");
  }

  void say(const town::Ways& question, std::string_view answer) {
    if (destination_) gaps_["time"] = destination_->times[part_];
    lines_.push_back(filled(random_.pick(question), gaps_));
    lines_.push_back(filled(answer, gaps_));
  }

  // Each of these draws something other than the previous value.
  void draw_place() { draw_other(town::kPlaces, place_, "place"); }
  void draw_destination() { draw_other(town::kDestinations, destination_, "town"); }
  template <class List>
  void draw_other(const List& list, const typename List::value_type*& item, std::string_view gap) {
    const auto* before = item;
    while (item == before) item = &random_.pick(list);
    gaps_[gap] = item->name;
  }
  void draw_day() { gaps_["day"] = draw_other(town::kDays, day_); }
  void draw_part() { gaps_["part"] = draw_other(town::kPartsOfDay, part_); }
  template <class List>
  town::Words draw_other(const List& list, std::size_t& at) {
    at = (at + 1 + static_cast<std::size_t>(random_.below(list.size() - 1))) % list.size();
    return list[at];
  }
  void draw_name() {
    gaps_["name"] =
        random_.chance(options_.rare_names) ? invented_name(NameOf::person, random_) : std::string(random_.pick(town::kNames));
  }

  CounterRandom random_;
  DialogueOptions options_;
  Dialogue lines_;
  Gaps gaps_;
  About about_ = About::nothing;
  const town::Place* place_ = nullptr;
  const town::Destination* destination_ = nullptr;
  std::size_t day_ = 0, part_ = 0;
  bool for_children_ = false, there_and_back_ = false;
};

}  // namespace

std::vector<Dialogue> generate_dialogues(std::size_t count, std::uint64_t seed, const DialogueOptions& options) {
  require<ValueError>(options.rare_names >= 0 && options.rare_names <= 1, "generate_dialogues: rare_names ", options.rare_names,
                      " is outside 0 .. 1");
  DialogueWriter writer(seed, options);
  std::vector<Dialogue> dialogues;
  dialogues.reserve(count);
  for (std::size_t i = 0; i < count; ++i) dialogues.push_back(writer.dialogue());
  return dialogues;
}

}  // namespace weft::text
