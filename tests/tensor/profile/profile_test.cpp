#include <tests/tensor/elementwise/slow_swish.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/profile/profile.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;
using nlohmann::json;

namespace {

// The events of a trace, as a viewer would read them.
json trace_of(const Profile& profile) { return json::parse(profile.chrome_trace()).at("traceEvents"); }

json named(const json& trace, const std::string& name) {
  json found = json::array();
  for (const json& event : trace)
    if (event.at("name") == name) found.push_back(event);
  return found;
}

std::vector<std::string> names(const Profile& profile) {
  std::vector<std::string> all;
  for (const ProfileEvent& event : profile.events()) all.push_back(event.name);
  return all;
}

bool inside(const json& event, const json& outer) {
  const double begin = event.at("ts"), length = event.at("dur"), outer_begin = outer.at("ts"), outer_length = outer.at("dur");
  constexpr double kRounding = 1e-6;  // rounding of the sums; times are whole nanoseconds
  return event.at("tid") == outer.at("tid") && begin >= outer_begin && begin + length <= outer_begin + outer_length + kRounding;
}

}  // namespace

TEST_CASE("a profile records ops by name, with line, shapes and instruction set") {
  Tensor a = ones({2, 3}), b = ones({3, 4});
  Profile profile;
  profile.start();
  const int line = __LINE__ + 1;
  Tensor y = tanh(matmul(a, b));
  profile.stop();
  CHECK(names(profile) == std::vector<std::string>{"matmul", "tanh"});

  json trace = trace_of(profile);
  REQUIRE(trace.size() == 2);
  const std::string place = "profile_test.cpp:" + std::to_string(line);
  CHECK(trace[0].at("ph") == "X");
  CHECK(trace[0].at("cat") == "op");
  CHECK(trace[0].at("args") == json{{"line", place}, {"inputs", json::array({"[2, 3] f32", "[3, 4] f32"})}});
  CHECK(trace[1].at("args") == json{{"line", place}, {"inputs", json::array({"[2, 4] f32"})}, {"isa", isa_name(isa())}});
  CHECK(trace[0].at("ts").get<double>() + trace[0].at("dur").get<double>() <= trace[1].at("ts").get<double>() + 1e-6);
}

TEST_CASE("a profile says when an op runs at the baseline's speed") {
  Tensor x = ones({8});
  Profile profile;
  profile.start();
  Tensor y = user::slow_swish(x), z = exp(x);
  profile.stop();
  json slow = named(trace_of(profile), "slow_swish").at(0).at("args"), fast = named(trace_of(profile), "exp").at(0).at("args");
  CHECK(slow.at("isa") == "baseline");
  CHECK(fast.at("isa") == isa_name(isa()));
  CHECK_FALSE(fast.contains("slow"));
  const std::string note =
      std::string("slow_swish ran on baseline, not ") + isa_name(isa()) + ": no weft_add_ops names its header\n";
  if (isa() == Isa::baseline) {
    CHECK_FALSE(slow.contains("slow"));
  } else {
    CHECK(slow.at("slow") == std::string("no weft_add_ops compiles it for ") + isa_name(isa()));
    CHECK(profile.table().find(note) != std::string::npos);
  }
  CHECK(profile.table().find("exp ran on") == std::string::npos);
}

TEST_CASE("each instruction set is named by the ops that run on it") {
  const Isa best = isa();
  for (Isa wanted : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (set_isa(wanted) != wanted) continue;
    Profile profile;
    profile.start();
    Tensor y = exp(ones({4}));
    profile.stop();
    CHECK(named(trace_of(profile), "exp").at(0).at("args").at("isa") == isa_name(wanted));
  }
  set_isa(best);
}

TEST_CASE("ops inside ops and regions are nested") {
  Tensor x = ones({4, 5});
  Profile profile;
  profile.start();
  {
    ProfileScope region("step \"1\"");
    Tensor s = sort(x).values, m = mean(x);
  }
  profile.stop();
  json trace = trace_of(profile);
  json region = named(trace, "step \"1\"").at(0);
  CHECK(region.at("cat") == "region");
  CHECK(region == trace[0]);
  for (const json& event : trace) CHECK(inside(event, region));
  CHECK(inside(named(trace, "sum").at(0), named(trace, "mean").at(0)));
  CHECK_FALSE(inside(named(trace, "gather").at(0), named(trace, "argsort").at(0)));

  std::int64_t self = 0, total = 0;
  for (const ProfileEvent& event : profile.events()) {
    self += event.self;
    if (event.depth == 0) total += event.duration;
  }
  CHECK(self == total);
}

TEST_CASE("nothing is recorded outside start and stop") {
  Tensor x = ones({3});
  Profile profile;
  Tensor before = exp(x);
  CHECK(profile.events().empty());
  {
    ProfileScope begun_before("begun before");
    profile.start();
    x = sin(x);
    profile.stop();
    x = cos(x);
  }
  CHECK(names(profile) == std::vector<std::string>{"sin"});
  profile.start();
  {
    ProfileScope not_ended("not ended");
    profile.stop();
  }
  profile.start();
  x = tanh(x);
  profile.start();
  x = erf(x);
  profile.stop();
  profile.stop();
  CHECK(names(profile) == std::vector<std::string>{"sin", "tanh", "erf"});
  {
    Profile other;
    other.start();
    CHECK_THROWS_WITH_AS(profile.start(), doctest::Contains("profile: another profile is recording, at profile_test.cpp:"),
                         Error);
    x = exp(x);
    CHECK(other.events().size() == 1);
  }
  profile.start();  // the other profile has been destroyed
  profile.stop();
  CHECK(profile.events().size() == 3);
}

TEST_CASE("each user thread has its own tid, and its events nest separately") {
  Tensor x = ones({64, 64});
  Profile profile;
  profile.start();
  auto work = [&](const char* name) {
    ProfileScope region(name);
    for (int i = 0; i < 50; ++i) Tensor m = mean(x, {0});
  };
  std::thread other(work, "other");
  work("this");
  other.join();
  profile.stop();
  json trace = trace_of(profile);
  json here = named(trace, "this").at(0), there = named(trace, "other").at(0);
  CHECK(here.at("tid") != there.at("tid"));
  CHECK(named(trace, "mean").size() == 100);
  int own[2] = {};
  for (const json& event : named(trace, "mean")) {
    const bool first = event.at("tid") == here.at("tid");
    CHECK(inside(event, first ? here : there));
    ++own[first];
  }
  CHECK(own[0] == 50);
  CHECK(own[1] == 50);
}

TEST_CASE("the table has a line per op, by total time") {
  Tensor x = ones({100, 100});
  Profile profile;
  profile.start();
  {
    ProfileScope region("step");
    ProfileScope inner("step");  // counted once in the total
    for (int i = 0; i < 3; ++i) Tensor m = mean(x);
  }
  profile.stop();
  std::istringstream table(profile.table());
  std::string header, name, kind;
  std::getline(table, header);
  CHECK(header == "name  kind       calls    total ms     self ms  share %");
  double last = 1e9, shares = 0;
  std::vector<std::string> lines;
  for (std::int64_t calls; table >> name >> kind >> calls;) {
    double total, self, share;
    table >> total >> self >> share;
    REQUIRE(table.good());
    CHECK(total <= last);
    CHECK(self <= total);
    last = total, shares += share;
    lines.push_back(name + " " + kind + " " + std::to_string(calls));
  }
  CHECK(lines == std::vector<std::string>{"step region 2", "mean op 3", "sum op 3"});
  CHECK(shares == doctest::Approx(100).epsilon(0.01));  // each share is printed with one decimal
}

TEST_CASE("a trace is written completely or not at all") {
  Profile profile;
  profile.start();
  Tensor x = concat({ones({2}), ones({3})}, 0);
  profile.stop();
  const auto folder = std::filesystem::temp_directory_path() / ("weft-profile-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = folder / "trace.json";
  profile.write_chrome_trace(path);
  profile.write_chrome_trace(path);
  const std::string text(test::read_file(path));
  CHECK(text == profile.chrome_trace());
  CHECK(named(json::parse(text).at("traceEvents"), "concat").at(0).at("args").at("inputs") ==
        json::array({"[2] f32", "[3] f32"}));
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
  CHECK_THROWS_WITH_AS(profile.write_chrome_trace(path), doctest::Contains("trace.json: cannot create: "), IoError);
}

TEST_CASE("an empty profile gives a trace and a table") {
  Profile profile;
  CHECK(trace_of(profile).empty());
  CHECK(profile.table() == "name  kind       calls    total ms     self ms  share %\n");
}
