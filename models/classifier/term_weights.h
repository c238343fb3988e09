// The weight of each token of a text in a bag of words.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/models/training/data.h>
#include <weft/tensor/base/enum_names.h>

#include <cstdint>
#include <string>

namespace weft {

enum class TermWeights : std::uint8_t {
  binary,  // each distinct token counts the same
  tfidf,   // more for tokens that are more frequent in the text and occur in fewer texts
};
inline constexpr EnumName<TermWeights> kTermWeightsNames[] = {{TermWeights::binary, "binary"}, {TermWeights::tfidf, "tfidf"}};
std::string to_string(TermWeights weights);

// Returns the weight of each token of the texts, [batch, time]: w / ||w|| where a token occurs for the first time, and 0 where it
// is repeated and after the text's length. Over the text's distinct tokens
//   w = 1                               with an undefined `idf`
//   w = its count in the text * idf     with idf [vocabulary]
// and ||w|| is the root of the sum of their squares. Tokens whose idf is 0 do not count. Throws IndexError for an id outside idf.
Tensor term_weights(const Batch& in, const Tensor& idf = {}, Where caller = Where::here());

// ln((1 + texts) / (1 + texts that contain the token)) + 1 for each id of a vocabulary: [vocabulary], f32. It is 0 for tokens
// that occur in no text, about which nothing can be learnt. As in scikit-learn's TfidfVectorizer. Throws IndexError for an id
// outside the vocabulary.
Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Where caller = Where::here());
// The same by several ranks, each of which reads a part of the texts.
Tensor inverse_document_frequencies(const Data<Batch>& texts, std::int64_t vocabulary, Communicator* ranks,
                                    Where caller = Where::here());

}  // namespace weft
