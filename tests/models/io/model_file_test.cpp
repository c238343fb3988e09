#include <doctest/doctest.h>
#include <weft/models/io/model_file.h>
#include <weft/nn/layers/linear.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/files/safetensors.h>

#include <filesystem>

#include "tests/tensor/files/temporary_folder.h"

using namespace weft;

namespace {

struct Model : nn::Module {
  nn::Linear dense{this, "dense", 3, 2}, head{this, "head", 2, 4};
};

std::vector<Tensor> weights_of(nn::Module& model) {
  std::vector<Tensor> weights;
  for (nn::Parameter* parameter : model.parameters()) weights.push_back(clone(parameter->tensor()));
  return weights;
}

bool same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tensor& x, const Tensor& y) { return equal_bits(x, y); });
}

}  // namespace

TEST_CASE("model files: weights and metadata are restored unchanged") {
  test::TemporaryFolder folder;
  const std::string path = folder / "model";
  manual_seed(1);
  Model saved, loaded;
  save_model(path, saved, "toy", {{"words", to_json({"one", "", "zwölf \"quoted\""})}, {"rate", "0.25"}});
  CHECK(folder.files() == 1);
  const TensorFile file = read_model(path, "toy");
  const Metadata& metadata = file.metadata;
  CHECK(entry(path, metadata, "kind") == "toy");
  CHECK(number_entry(path, metadata, "rate") == 0.25);
  CHECK(list_from_json(path, metadata.at("words")) == std::vector<std::string>{"one", "", "zwölf \"quoted\""});
  load_weights(path, file, loaded);
  CHECK(same_bits(weights_of(saved), weights_of(loaded)));
  save_model(folder / "again", loaded, "toy", {{"words", metadata.at("words")}, {"rate", "0.25"}});
  CHECK(test::read_file(path) == test::read_file(folder / "again"));
}

TEST_CASE("model files: f64 weights can be loaded into f32") {
  test::TemporaryFolder folder;
  Model saved, loaded;
  saved.to(DType::f64);
  save_model(folder / "model", saved, "toy", {});
  load_weights("m", load_tensors(folder / "model"), loaded);
  saved.to(DType::f32);
  CHECK(same_bits(weights_of(saved), weights_of(loaded)));
}

TEST_CASE("model files: mismatched weights are named with the file, and nothing is loaded") {
  Model model;
  std::map<std::string, Tensor> good;
  for (nn::Parameter* parameter : model.parameters()) good[parameter->path()] = zeros(parameter->shape());
  const std::vector<Tensor> before = weights_of(model);
  auto refuses = [&](auto change, const std::string& message) {
    auto tensors = good;
    change(tensors);
    CHECK_THROWS_WITH_AS(load_weights("m", {tensors, {}}, model), ("m: " + message).c_str(), FormatError);
    CHECK(same_bits(weights_of(model), before));
  };
  refuses([](auto& t) { t.erase("head.bias"); }, "lacks the weights head.bias");
  refuses([](auto& t) { t["tail.bias"] = zeros({2}); }, "has weights that the model lacks: tail.bias");
  refuses([](auto& t) { t["dense.weight"] = zeros({3, 2}); }, "dense.weight is [3, 2] f32, but the model's is [2, 3] f32");
  refuses([](auto& t) { t["head.bias"] = zeros({4}, DType::i64); }, "head.bias is [4] i64, but the model's is [4] f32");
}

TEST_CASE("model files: other kinds, other files, truncated files and missing files are refused") {
  test::TemporaryFolder folder;
  const std::string path = folder / "model";
  Model model;
  save_model(path, model, "toy", {});
  CHECK_THROWS_WITH_AS(read_model(path, "classify"), (path + ": is a model of \"toy\", not of \"classify\"").c_str(),
                       FormatError);
  const std::string whole = test::read_file(path);
  for (std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{100}, whole.size() - 1}) {
    CAPTURE(size);
    test::write_file(path, whole.substr(0, size));
    CHECK_THROWS_WITH_AS(read_model(path, "toy"), doctest::Contains(path.c_str()), FormatError);
  }
  save_tensors(path, {{"x", zeros({1})}});
  CHECK_THROWS_WITH_AS(read_model(path, "toy"), (path + ": is not a model of weft's programs").c_str(), FormatError);
  CHECK_THROWS_WITH_AS(read_model(folder / "none", "toy"), doctest::Contains((folder / "none").c_str()), IoError);
}

TEST_CASE("model files: any changed byte is detected, and a file without a checksum is accepted") {
  test::TemporaryFolder folder;
  const std::string path = folder / "model";
  Model model;
  save_model(path, model, "toy", {{"words", to_json({"one", "two"})}});
  const std::string whole = test::read_file(path);
  const std::size_t key = whole.find("checksum");  // without this key it counts as an old file
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i >= key && i < key + 8) continue;
    CAPTURE(i);
    std::string changed = whole;
    changed[i] ^= 1;
    test::write_file(path, changed);
    CHECK_THROWS_WITH_AS(read_model(path, "toy"), doctest::Contains(path.c_str()), FormatError);
  }
  std::string last = whole;
  last.back() ^= 64;
  test::write_file(path, last);
  CHECK_THROWS_WITH_AS(read_model(path, "toy"), doctest::Contains(": is damaged: its checksum is "), FormatError);

  test::write_file(path, whole);
  TensorFile old = load_tensors(path);
  CHECK(old.metadata.erase("checksum") == 1);
  save_tensors(path, old.tensors, old.metadata);
  CHECK(read_model(path, "toy").tensors.size() == 4);
}

TEST_CASE("model files: broken metadata is named with the file") {
  const Metadata metadata{{"rate", "fast"}, {"half", "0.5"}, {"none", "0"}, {"many", "1e300"}, {"empty", ""}};
  CHECK_THROWS_WITH_AS(entry("m", metadata, "words"), "m: the model's metadata lacks words", FormatError);
  CHECK_THROWS_WITH_AS(number_entry("m", metadata, "rate"), "m: rate is \"fast\", not a number", FormatError);
  CHECK_THROWS_WITH_AS(number_entry("m", metadata, "empty"), "m: empty is \"\", not a number", FormatError);
  CHECK_THROWS_WITH_AS(size_entry("m", metadata, "half"), "m: half is 0.5, not a size from 1 to 1073741824", FormatError);
  CHECK_THROWS_AS(size_entry("m", metadata, "none"), FormatError);
  CHECK_THROWS_AS(size_entry("m", metadata, "many"), FormatError);
  for (const char* list : {"", "[1]", "{\"a\": 1}", "[\"a\""})
    CHECK_THROWS_WITH_AS(list_from_json("m", list), "m: a list of strings in the model's metadata is broken", FormatError);
}

TEST_CASE("model files: a path that cannot be written is refused before training") {
  test::TemporaryFolder folder;
  check_writable(folder / "new");
  CHECK(folder.files() == 0);
  test::write_file(folder / "old", "content");
  check_writable(folder / "old");
  CHECK(test::read_file(folder / "old") == "content");
  CHECK_THROWS_WITH_AS(check_writable(folder / ""), (folder / "" + ": is a folder").c_str(), IoError);
  CHECK_THROWS_WITH_AS(check_writable(""), "the path of a file is empty", IoError);
  CHECK_THROWS_WITH_AS(check_writable(folder / "none/model"), doctest::Contains((folder / "none/model").c_str()), IoError);
}

TEST_CASE("model files: weights whose shapes contradict the options are refused before a model is built") {
  const TensorFile file{{{"dense.weight", zeros({2, 3})}}, {}};
  check_weights("m", file, "dense.weight", {2, 3});
  CHECK_THROWS_WITH_AS(check_weights("m", file, "dense.weight", {2, 1000000000}),
                       "m: dense.weight is [2, 3] f32, but the model's options require [2, 1000000000]", FormatError);
  CHECK_THROWS_WITH_AS(check_weights("m", file, "head.weight", {2, 3}), "m: lacks the weights head.weight", FormatError);
}
