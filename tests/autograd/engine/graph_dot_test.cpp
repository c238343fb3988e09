#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/engine/graph_dot.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>
#include <pthread.h>

#include <algorithm>

using namespace weft;

namespace {

// Returns "graph_dot_test.cpp:LINE".
std::string place(int line) { return "graph_dot_test.cpp:" + std::to_string(line); }

}  // namespace

TEST_CASE("a graph is written as DOT text") {
  Variable weight = leaf(ones({3, 4})), x = leaf(ones({2, 3}, DType::f32)), bias = leaf(ones({4}));
  const int line = __LINE__ + 1;
  Variable hidden = tanh(matmul(x, weight));
  Variable loss = sum(hidden * hidden);
  auto name = [&](const Variable& leaf) -> std::string {
    return leaf.state() == weight.state() ? "weight" : leaf.state() == x.state() ? "the \"x\\y\" &lt;\n" : "";
  };
  CHECK(graph_dot(loss, name) ==
        "digraph weft {\n"
        "  n0 [label=\"sum\\n[] f32\\n" +
            place(line + 1) +
            "\", style=bold];\n"
            "  n1 [label=\"mul\\n[2, 4] f32\\n" +
            place(line + 1) +
            "\"];\n"
            "  n2 [label=\"tanh\\n[2, 4] f32\\n" +
            place(line) +
            "\"];\n"
            "  n3 [label=\"matmul\\n[2, 4] f32\\n" +
            place(line) +
            "\"];\n"
            "  n4 [label=\"the \\\"x\\\\y\\\" &amp;lt;\\n\\n[2, 3] f32\", shape=box];\n"
            "  n5 [label=\"weight\\n[3, 4] f32\", shape=box];\n"
            "  n1 -> n0;\n"
            "  n2 -> n1;\n"
            "  n2 -> n1;\n"
            "  n3 -> n2;\n"
            "  n4 -> n3;\n"
            "  n5 -> n3;\n"
            "}\n");
  CHECK(graph_dot(weight) == "digraph weft {\n  n0 [label=\"[3, 4] f32\", shape=box];\n}\n");
}

TEST_CASE("edges from ops with several results are numbered, and outputs may share a graph") {
  Variable x = leaf(ones({4, 2}, DType::f64));
  const int line = __LINE__ + 1;
  auto parts = split(x, {1, 3});
  Variable a = exp(parts[1]), b = 2 * parts[0] + ones({1, 2}, DType::f64);
  CHECK(graph_dot({a, b, a}) ==
        "digraph weft {\n"
        "  n0 [label=\"exp\\n[3, 2] f64\\n" +
            place(line + 1) +
            "\", style=bold];\n"
            "  n1 [label=\"add\\n[1, 2] f64\\n" +
            place(line + 1) +
            "\", style=bold];\n"
            "  n2 [label=\"split\\n[1, 2] f64\\n[3, 2] f64\\n" +
            place(line) +
            "\"];\n"
            "  n3 [label=\"mul\\n[1, 2] f64\\n" +
            place(line + 1) +
            "\"];\n"
            "  n4 [label=\"[4, 2] f64\", shape=box];\n"
            "  n2 -> n0 [label=\"1\"];\n"
            "  n3 -> n1;\n"
            "  n4 -> n2;\n"
            "  n2 -> n3 [label=\"0\"];\n"
            "}\n");
}

TEST_CASE("an output without a graph is an error") {
  Variable x = leaf(ones({2}));
  const std::string message = "graph_dot: output 0 has no graph, at " + place(__LINE__ + 1);
  CHECK_THROWS_WITH_AS(graph_dot(Variable(ones({2}))), message.c_str(), GradError);
  CHECK_THROWS_WITH_AS(graph_dot({exp(x), x.detach()}), doctest::Contains("graph_dot: output 1 has no graph"), GradError);
  CHECK_THROWS_AS(graph_dot(Variable()), GradError);
}

TEST_CASE("a million ops are drawn on a 256 KiB stack") {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 256 << 10) == 0);
  pthread_t thread;
  std::ptrdiff_t lines = 0;
  auto draw = [](void* count) -> void* {
    Variable x = leaf(tensor(2.0));
    for (int i = 0; i < 1'000'000; ++i) x = x + 1;
    const std::string text = graph_dot(x);
    *static_cast<std::ptrdiff_t*>(count) = std::count(text.begin(), text.end(), '\n');
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, draw, &lines) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(lines == 2'000'003);  // the ops and the leaf, an edge for each op, and the first and last line
  CHECK(live_nodes() == 0);
}
