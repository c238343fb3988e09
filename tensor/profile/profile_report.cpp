// A profile as a Chrome trace and as a table.
#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/profile/profile.h>

#include <algorithm>
#include <iomanip>
#include <map>

namespace weft {

namespace {

const char* kind_name(ProfileKind kind) {
  const char* names[] = {"op", "gradient", "layer", "region"};
  return names[static_cast<int>(kind)];
}

bool slow(const ProfileEvent& event) { return event.isa && *event.isa < event.best; }

// Returns `text` as a JSON string.
std::string quoted(std::string_view text) {
  PlainText out;
  out << '"';
  for (char c : text) {
    if (c == '"' || c == '\\')
      out << '\\' << c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out << "\\u" << std::hex << std::setw(4) << std::setfill('0') << static_cast<int>(c);
    else
      out << c;
  }
  out << '"';
  return out.str();
}

// Prints nanoseconds as microseconds with three decimals.
std::string microseconds(std::int64_t nanoseconds) {
  const std::string rest = std::to_string(nanoseconds % 1000);
  return std::to_string(nanoseconds / 1000) + '.' + std::string(3 - rest.size(), '0') + rest;
}

void write_arguments(std::ostream& out, const ProfileEvent& event) {
  const char* separator = "";
  auto key = [&](const char* name) -> std::ostream& { return out << std::exchange(separator, ", ") << '"' << name << "\": "; };
  if (event.caller.line) key("line") << quoted(to_string(event.caller));
  if (!event.values.empty()) {
    key(event.kind == ProfileKind::gradient ? "outputs" : "inputs") << '[';
    for (std::size_t i = 0; i < event.values.size(); ++i)
      out << (i ? ", \"" : "\"") << event.values[i].shape << ' ' << event.values[i].dtype << '"';
    out << ']';
  }
  if (event.isa) key("isa") << quoted(isa_name(*event.isa));
  if (slow(event)) key("slow") << quoted(std::string("no weft_add_ops compiles it for ") + isa_name(event.best));
}

// The calls of one name.
struct Row {
  std::int64_t calls = 0, total = 0, self = 0;
  std::optional<ProfileEvent> slow;
};

std::string milliseconds(std::int64_t nanoseconds) {
  PlainText out;
  out << std::fixed << std::setprecision(3) << static_cast<double>(nanoseconds) / 1e6;
  return out.str();
}

}  // namespace

std::string Profile::chrome_trace() const {
  PlainText out;
  out << "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [";
  const char* separator = "\n";
  for (const ProfileEvent& event : events()) {
    out << std::exchange(separator, ",\n") << "{\"name\": " << quoted(event.name) << ", \"cat\": \"" << kind_name(event.kind)
        << "\", \"ph\": \"X\", \"ts\": " << microseconds(event.start) << ", \"dur\": " << microseconds(event.duration)
        << ", \"pid\": 1, \"tid\": " << event.thread << ", \"args\": {";
    write_arguments(out, event);
    out << "}}";
  }
  out << "\n]}\n";
  return out.str();
}

void Profile::write_chrome_trace(const std::string& path) const {
  AtomicFile file(path);
  file.write(chrome_trace());
  file.commit();
}

std::string Profile::table() const {
  std::map<std::pair<std::string, ProfileKind>, Row> rows;
  std::int64_t all = 0;
  std::size_t width = 4;
  for (const ProfileEvent& event : events()) {
    Row& row = rows[{event.name, event.kind}];
    ++row.calls;
    if (!event.recursive) row.total += event.duration;
    row.self += event.self;
    if (slow(event)) row.slow = event;
    all += event.self;
    width = std::max(width, event.name.size());
  }
  std::vector<decltype(rows)::const_pointer> order;
  for (const auto& row : rows) order.push_back(&row);
  std::stable_sort(order.begin(), order.end(), [](auto a, auto b) { return a->second.total > b->second.total; });

  PlainText out;
  auto line = [&](const std::string& name, const char* kind, const std::string& calls, const std::string& total,
                  const std::string& self, const std::string& share) {
    out << std::left << std::setw(static_cast<int>(width)) << name << "  " << std::setw(8) << kind << std::right << std::setw(8)
        << calls << std::setw(12) << total << std::setw(12) << self << std::setw(9) << share << '\n';
  };
  line("name", "kind", "calls", "total ms", "self ms", "share %");
  for (const auto* entry : order) {
    const Row& row = entry->second;
    PlainText share;
    share << std::fixed << std::setprecision(1)
          << 100 * static_cast<double>(row.self) / static_cast<double>(std::max<std::int64_t>(all, 1));
    line(entry->first.first, kind_name(entry->first.second), std::to_string(row.calls), milliseconds(row.total),
         milliseconds(row.self), share.str());
  }
  for (const auto* entry : order)
    if (const auto& event = entry->second.slow)
      out << event->name << " ran on " << isa_name(*event->isa) << ", not " << isa_name(event->best)
          << ": no weft_add_ops names its header\n";
  return out.str();
}

}  // namespace weft
