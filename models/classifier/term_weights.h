// How much each token of a text counts in a bag of words.
#pragma once

#include <weft/models/training/data.h>
#include <weft/tensor/base/enum_names.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

enum class TermWeights : std::uint8_t {
  binary,  // each distinct token counts the same
  tfidf,   // the more, the oftener it stands in the text and the fewer texts have it
};
inline constexpr EnumName<TermWeights> kTermWeightsNames[] = {{TermWeights::binary, "binary"}, {TermWeights::tfidf, "tfidf"}};
std::string to_string(TermWeights weights);
TermWeights term_weights_from_string(std::string_view name);  // its inverse; throws ValueError

// What the tokens of each text count, [batch, time]: where a token stands for the first time w / ||w||, and 0 where it stands
// again and behind the text's length. Over the text's distinct tokens
//   w = 1                               with an undefined `idf`
//   w = its count in the text * idf     with idf [vocabulary]
// and ||w|| is the root of the sum of their squares. Tokens whose idf is 0 count nothing. Throws IndexError for an id that idf
// does not have.
Tensor term_weights(const Batch& in, const Tensor& idf = {}, Where where = Where::here());

// ln((1 + texts) / (1 + texts that have the token)) + 1 for each id of a vocabulary: [vocabulary], f32. 0 for tokens that no text
// has, of which nothing can be learnt. As scikit-learn's TfidfVectorizer. Throws IndexError for an id outside the vocabulary.
Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Where where = Where::here());

}  // namespace weft
