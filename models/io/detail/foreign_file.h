// Recognises files that are not text by their first bytes: archives, documents, databases, pictures.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::text {

// How many bytes of a file are needed to recognise its kind. A tar archive needs the most: its magic is at byte 257.
inline constexpr std::size_t kForeignFront = 262;

// Returns whether more bytes are needed to tell whether a file that begins with `front` is of another kind. Never true once
// `front` contains a complete line of text, so that typed lines are answered at once.
bool may_be_foreign(std::string_view front);

// Throws FormatError, such as "news.csv.zst: is zstd data: decompress it first", if `front` begins a file of another kind.
void refuse_foreign(std::string_view front, const std::string& name);

}  // namespace weft::text
