// A labelled data set that every Debian machine has: the descriptions of its packages.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

enum class DataPart { train, test };

// Returns the one-line descriptions in the machine's apt index, one for each source package, labelled with their section: games,
// science, sound, graphics, net, admin, fonts, math, mail or database. If a source has several packages in these sections, the
// one with the source's own name is taken, otherwise the first by name. The hash of the source's name decides its part; about one
// in five is in the test part. Runs `apt_cache dumpavail`; throws IoError if that cannot be run or gives no descriptions.
std::vector<LabelledText> debian_descriptions(DataPart part, const std::string& apt_cache = "apt-cache");

// Returns the same texts as a source, which has already read them.
std::unique_ptr<LabelledSource> debian_source(DataPart part, const std::string& apt_cache = "apt-cache");

}  // namespace weft::text
