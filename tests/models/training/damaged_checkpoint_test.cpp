// Each number of a checkpoint's state is changed: training must refuse the file or end differently.
#include <doctest/doctest.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/files/safetensors.h>

#include <set>

#include "tests/models/damaged_file.h"
#include "tests/models/training/resume.h"

using namespace weft;
using nlohmann::json;
using test::Outcome, test::Resumable, test::stop_after, test::TemporaryFolder, test::write_file;

namespace {

const Resumable& kind() {
  static const Resumable all{"everything", [](FitOptions& o) {
                               o.accumulate = 2, o.average = 0.9, o.plateau_factor = 0.5, o.plateau_patience = 1;
                               o.patience = 3, o.monitor = "accuracy", o.not_finite = NotFinite::skip;
                             }};
  return all;
}

// A checkpoint in the middle of the second epoch, and the training that is resumed from it.
struct Stopped {
  TemporaryFolder folder;
  std::string path = folder / "model.000000005.checkpoint", whole;
  TensorFile good;
  json state;
  Outcome undisturbed = kind().train();

  Stopped() {
    kind().train([&](FitOptions& o) { o.checkpoint.path = folder / "model", o.callbacks = {stop_after(5)}; });
    REQUIRE(std::filesystem::exists(path));
    whole = test::read_file(path);
    good = load_tensors(path);
    state = json::parse(good.metadata.at("state"));
  }
  Outcome resume() const {
    return kind().train([&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .keep = 1, .resume = true}; });
  }
  void write_state(const json& changed, bool checksum) const {
    if (!checksum) return write_file(path, test::with_metadata(whole, "state", changed.dump()));
    Metadata metadata = good.metadata;
    metadata["state"] = changed.dump();
    save_checked(path, good.tensors, metadata);
  }
  // Returns whether an error that names the file refuses it; otherwise training has ended, and its result is in `outcome`.
  bool refused(Outcome& outcome) const {
    bool thrown = false;
    try {
      outcome = resume();
    } catch (const Error& error) {
      thrown = true;
      CHECK(std::string(error.what()).find(path) != std::string::npos);
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder / ""))
      if (entry.path() != path) std::filesystem::remove(entry.path());
    return thrown;
  }
};

// Returns the places of all values in `from` and in the JSON that its strings contain.
void find_places(const json& from, const std::string& at, std::vector<std::string>& places) {
  if (from.is_structured()) {
    for (const auto& [key, value] : from.items()) find_places(value, at + "/" + key, places);
    return;
  }
  places.push_back(at);
}

json opened(json state) {
  for (const char* key : {"history", "record"}) state[key] = json::parse(state[key].get<std::string>());
  return state;
}
json closed(json state) {
  for (const char* key : {"history", "record"})
    if (state.contains(key)) state[key] = state[key].dump();
  return state;
}

json value_of(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(text) : value;
}

// Times differ anyway, and a larger norm may follow the largest one of the epoch so far.
bool may_not_be_seen(const std::string& place) { return place.ends_with("/seconds") || place == "/record/0/gradient_norm"; }

}  // namespace

TEST_CASE("damaged checkpoints: every number that is set to an impossible value is refused or changes the result") {
  const Stopped stopped;
  const json state = opened(stopped.state);
  std::vector<std::string> places;
  find_places(state, "", places);
  CHECK(places.size() > 60);
  for (const std::string& place : places) {
    CAPTURE(place);
    const json::json_pointer pointer(place);
    std::vector<json> values;
    for (const std::string& bad : test::bad_values()) values.push_back(value_of(bad));
    if (state.at(pointer).is_number()) values.push_back(state.at(pointer).get<double>() + 1);
    if (state.at(pointer).is_number_integer()) values.push_back(state.at(pointer).get<std::int64_t>() + 1);
    for (const json& value : values) {
      json changed = state;
      if (changed.at(pointer) == value) continue;
      changed.at(pointer) = value;
      const std::string written = value.dump();
      CAPTURE(written);
      stopped.write_state(closed(changed), false);
      Outcome outcome;
      if (!stopped.refused(outcome) && !may_not_be_seen(place)) CHECK_FALSE(outcome == stopped.undisturbed);
    }
  }
}

TEST_CASE("damaged checkpoints: no number can be left out or added") {
  const Stopped stopped;
  const json state = opened(stopped.state);
  std::vector<std::string> places;
  find_places(state, "", places);
  for (const auto& [key, value] : state.items()) places.push_back("/" + key);
  Outcome outcome;
  for (const std::string& place : places) {
    CAPTURE(place);
    const std::size_t slash = place.rfind('/');
    json changed = state;
    json& parent = changed.at(json::json_pointer(place.substr(0, slash)));
    if (parent.is_array())
      parent.erase(std::stoul(place.substr(slash + 1)));
    else
      parent.erase(place.substr(slash + 1));
    stopped.write_state(closed(changed), false);
    CHECK(stopped.refused(outcome));
  }
  json more = stopped.state;
  more["mood"] = 3;
  stopped.write_state(more, true);
  CHECK(stopped.refused(outcome));
}

TEST_CASE("damaged checkpoints: counters out of range are refused even if the checksum is right") {
  const Stopped stopped;
  Outcome outcome;
  for (const char* key :
       {"epoch", "batch", "updates", "first_step", "waited", "plateau_waited", "skipped_in_row", "optimizer_steps",
        "average_updates", "plateau_rate", "tally", "generators", "default_generator", "best_rank", "history", "record"})
    for (const char* value : {"-1", "-1000000", "1000000000", "1e300", "\"nan\"", "\"\"", "\"abc\"", "2147483648",
                              "9223372036854775808", "18446744073709551615", "null", "[]", "{}", "[-1, 1e300, 1e300]"})
      for (bool checksum : {false, true}) {
        CAPTURE(key);
        CAPTURE(value);
        CAPTURE(checksum);
        json changed = stopped.state;
        changed[key] = json::parse(value);
        stopped.write_state(changed, checksum);
        CHECK(stopped.refused(outcome));
      }
  json far = stopped.state;
  far["epoch"] = 2147483647;
  stopped.write_state(far, true);
  CHECK_THROWS_WITH_AS(stopped.resume(), doctest::Contains("is in epoch 2147483647, but this training has 3"), ValueError);
}

TEST_CASE("damaged checkpoints: every tensor counts, and none can be left out or added") {
  const Stopped stopped;
  Outcome outcome;
  for (const auto& [name, tensor] : stopped.good.tensors) {
    const std::string& changed_tensor = name;
    CAPTURE(changed_tensor);
    auto tensors = stopped.good.tensors;
    // If better weights follow, the best ones so far have no effect; other tests cover them.
    tensors[name] = clone(tensor);
    if (tensor.dtype() == DType::i64)
      tensors[name].write<std::int64_t>()[0] += 1;
    else
      tensors[name].write<float>()[0] += 0.5F;
    save_checked(stopped.path, tensors, stopped.good.metadata);
    if (!stopped.refused(outcome) && !name.starts_with("best.")) CHECK_FALSE(outcome == stopped.undisturbed);
    tensors.erase(name);
    save_checked(stopped.path, tensors, stopped.good.metadata);
    CHECK(stopped.refused(outcome));
    tensors[name + "x"] = tensor;
    tensors[name] = tensor;
    save_checked(stopped.path, tensors, stopped.good.metadata);
    CHECK(stopped.refused(outcome));
  }
  for (const std::int64_t steps : {std::int64_t{-1}, std::int64_t{1} << 62}) {
    auto tensors = stopped.good.tensors;
    tensors["optimizer.0.steps"] = clone(tensors["optimizer.0.steps"]);
    tensors["optimizer.0.steps"].write<std::int64_t>()[0] = steps;
    save_checked(stopped.path, tensors, stopped.good.metadata);
    CHECK(stopped.refused(outcome));
  }
}

TEST_CASE("damaged checkpoints: every entry of the identity is compared") {
  const Stopped stopped;
  Outcome outcome;
  for (const auto& entry : stopped.good.metadata) {
    const std::string& key = entry.first;
    if (key == "checksum") continue;
    CAPTURE(key);
    for (bool drop : {true, false}) {
      Metadata metadata = stopped.good.metadata;
      drop ? void(metadata.erase(key)) : void(metadata[key] += "1");
      save_checked(stopped.path, stopped.good.tensors, metadata);
      CHECK(stopped.refused(outcome));
    }
  }
}
