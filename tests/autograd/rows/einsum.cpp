#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/einsum.h>

#include <map>
#include <string>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// The sum over all letters, one product at a time. `operands` and `result` have the letters of the axes.
Tensor plain_einsum(const std::vector<std::string>& operands, const std::string& result, const Inputs& x) {
  std::map<char, std::int64_t> sizes;
  for (std::size_t i = 0; i < operands.size(); ++i)
    for (std::size_t axis = 0; axis < operands[i].size(); ++axis) {
      std::int64_t& size = sizes[operands[i][axis]];
      size = std::max(size, x[i].shape()[static_cast<int>(axis)]);
      if (x[i].shape()[static_cast<int>(axis)] == 0) size = -1;
    }
  std::string letters = result;
  for (auto [letter, size] : sizes)
    if (result.find(letter) == std::string::npos) letters += letter;
  Shape shape, over;
  for (char letter : letters) over.push_back(std::max<std::int64_t>(sizes[letter], 0));
  for (char letter : result) shape.push_back(std::max<std::int64_t>(sizes[letter], 0));
  return summed(shape, over, [&](const Index& at, const auto& to) {
    double product = 1;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      Index own;
      for (std::size_t axis = 0; axis < operands[i].size(); ++axis)
        own.push_back(x[i].shape()[static_cast<int>(axis)] == 1 ? 0 : at[letters.find(operands[i][axis])]);
      product *= element(x[i], own);
    }
    to(Index(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(result.size()))) += product;
  });
}

// `operands` and `result` are the equation with a letter for each axis of "...".
OpRow row(const char* equation, std::vector<std::string> operands, std::string result, std::vector<OpShapes> shapes,
          OpShapes large = {}) {
  std::vector<OpInput> inputs(operands.size(), {0.1, 1});
  return op_row(
      std::string("einsum ") + equation, [equation](const auto& x) { return einsum(equation, std::span(x.data(), x.size())); },
      [operands, result](const Inputs& x) { return plain_einsum(operands, result, x); }, inputs, std::move(shapes),
      std::move(large));
}

}  // namespace

std::vector<OpRow> einsum_rows() {
  return {
      row("ij,jk->ik", {"ij", "jk"}, "ik", {{{2, 3}, {3, 4}}, {{1, 1}, {1, 1}}, {{17, 5}, {5, 7}}, {{2, 0}, {0, 3}}},
          {{70, 40}, {40, 90}}),
      row("bqd,bkd->bqk", {"bqd", "bkd"}, "bqk", {{{2, 3, 4}, {2, 5, 4}}, {{2, 0, 4}, {2, 5, 4}}}),
      row("ij,jk", {"ij", "jk"}, "ik", {{{2, 3}, {3, 4}}}),
      row("ba", {"ba"}, "ab", {{{2, 3}}}),
      row("ij->", {"ij"}, "", {{{2, 3}}, {{0, 3}}}),
      row("ii->i", {"ii"}, "i", {{{4, 4}}, {{1, 1}}, {{0, 0}}}),
      row("ii", {"ii"}, "", {{{5, 5}}}),
      row("biji->jb", {"biji"}, "jb", {{{2, 3, 4, 3}}}),
      row("i,j->ij", {"i", "j"}, "ij", {{{2}, {3}}}),
      row("i,i->", {"i", "i"}, "", {{{7}, {7}}, {{0}, {0}}}),
      row("ij,ij->ij", {"ij", "ij"}, "ij", {{{3, 4}, {3, 4}}}),
      row("ik,jl->ij", {"ik", "jl"}, "ij", {{{2, 3}, {4, 5}}}),
      row("...ij,...jk->...ik", {"abij", "bjk"}, "abik", {{{2, 3, 4, 5}, {3, 5, 2}}, {{2, 1, 4, 5}, {3, 5, 2}}}),
      row("i...,i...", {"iab", "ib"}, "ab", {{{3, 2, 4}, {3, 4}}}),
      row("ij,jk,kl->il", {"ij", "jk", "kl"}, "il", {{{2, 7}, {7, 3}, {3, 4}}, {{2, 1}, {1, 3}, {3, 4}}}),
      row("bi,bj,bk->ijk", {"bi", "bj", "bk"}, "ijk", {{{4, 2}, {4, 3}, {4, 2}}}),
  };
}

}  // namespace weft
