// A subset of a source's examples, such as those for training or those held out.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/tensor/base/error.h>

#include <string>
#include <utility>

namespace weft::text {

// The examples i of `all` with chosen[i] == wanted. `all` and `chosen` must outlive the source.
template <class Example>
class SelectedSource final : public ExampleSource<Example> {
 public:
  SelectedSource(const ExampleSource<Example>& all, const std::vector<bool>& chosen, bool wanted = true)
      : all_(all), chosen_(chosen), wanted_(wanted) {}

  std::unique_ptr<ExampleReader<Example>> open() const override {
    return std::make_unique<Reader>(all_.open(), chosen_, wanted_);
  }

 private:
  class Reader final : public ExampleReader<Example> {
   public:
    Reader(std::unique_ptr<ExampleReader<Example>> all, const std::vector<bool>& chosen, bool wanted)
        : all_(std::move(all)), chosen_(chosen), wanted_(wanted) {}
    bool next(Example& example) override {
      while (all_->next(example)) {
        require<FormatError>(at_ < chosen_.size(), all_->place(), ": the data changed while it was read");
        if (chosen_[at_++] == wanted_) return true;
      }
      return false;
    }
    std::string place() const override { return all_->place(); }
    // Blocks are those of all examples, with only the chosen ones.
    std::optional<ExampleBlock<Example>> next_block(const BlockLimits& limits, bool keep) override {
      auto all = all_->next_block(limits, keep);
      if (!all) return all;
      const auto size = static_cast<std::size_t>(all->size);
      require<FormatError>(size <= chosen_.size() - at_, all_->place(), ": the data changed while it was read");
      ExampleBlock<Example> block{.hash = all->hash, .error = all->error};
      for (std::size_t i = 0; i < size; ++i) {
        if (chosen_[at_++] != wanted_) continue;
        ++block.size;
        if (!keep) continue;
        block.examples.push_back(std::move(all->examples[i]));
        block.places.push_back(std::move(all->places[i]));
      }
      return block;
    }

   private:
    std::unique_ptr<ExampleReader<Example>> all_;
    const std::vector<bool>& chosen_;
    bool wanted_;
    std::size_t at_ = 0;
  };

  const ExampleSource<Example>& all_;
  const std::vector<bool>& chosen_;
  bool wanted_;
};

}  // namespace weft::text
