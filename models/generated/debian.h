// A labelled data set that every Debian machine has: what its packages say about themselves.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

enum class DataPart { train, test };

// The one-line descriptions of the machine's apt index, one for each source package, labelled with their section: games, science,
// sound, graphics, net, admin, fonts, math, mail or database. Of a source's packages in these sections the one that has its name
// counts, or else the first by name. A source package is in the part that the hash of its name says, about one in five in the
// test part. Runs `apt_cache dumpavail`; throws IoError where that cannot be run or gives no descriptions.
std::vector<LabelledText> debian_descriptions(DataPart part, const std::string& apt_cache = "apt-cache");

// The same as a source, which has read them.
std::unique_ptr<LabelledSource> debian_source(DataPart part, const std::string& apt_cache = "apt-cache");

}  // namespace weft::text
