// Files of other kinds, known by their first bytes: archives, documents, databases, pictures.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::text {

// How many of a file's first bytes tell its kind: those of a tar archive, whose magic stands at byte 257.
inline constexpr std::size_t kForeignFront = 262;

// Whether more bytes behind these, a file's first ones, can make it a file of another kind. Never where a line of text is
// complete, so that typed lines are answered at once.
bool may_be_foreign(std::string_view front);

// Throws FormatError "news.csv.zst: is zstd data: decompress it first" for a file that begins as one of another kind.
void refuse_foreign(std::string_view front, const std::string& name);

}  // namespace weft::text
