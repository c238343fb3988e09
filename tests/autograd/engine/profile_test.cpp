#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/profile/profile.h>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace weft;
using nlohmann::json;

TEST_CASE("a profile has each node's gradient rule, with the line of its op") {
  Variable a = leaf(ones({2, 3})), b = leaf(ones({3, 4}));
  Profile profile;
  profile.start();
  const int line = __LINE__ + 1;
  Variable y = sum(tanh(matmul(a, b)));
  y.backward();
  profile.stop();

  const json trace = json::parse(profile.chrome_trace()).at("traceEvents");
  auto find = [&](const std::string& name) {
    for (const json& event : trace)
      if (event.at("name") == name) return event;
    return json();
  };
  const std::string place = "profile_test.cpp:" + std::to_string(line);
  for (const char* rule : {"sum backward", "tanh backward", "matmul backward"}) {
    CAPTURE(rule);
    const json event = find(rule);
    REQUIRE(event.is_object());
    CHECK(event.at("cat") == "gradient");
    CHECK(event.at("args").at("line") == place);
  }
  CHECK(find("matmul backward").at("args").at("outputs") == json::array({"[2, 4] f32"}));
  CHECK(find("tanh_gradient").at("args").at("isa") == isa_name(isa()));
  CHECK(find("tanh_gradient").at("args").at("line") == place);

  // The gradient of a product is two products: that for the input in its rule, and that for the weight when its rows are
  // collected.
  int products = 0;
  for (const ProfileEvent& event : profile.events())
    products += (event.name == "matmul" || event.name == "row_product") && event.depth == 1;
  CHECK(products == 2);
  CHECK(find("row_products backward").at("cat") == "gradient");
}
