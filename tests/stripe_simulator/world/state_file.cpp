// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/state_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tollgate::simulator {

StateFile::StateFile(std::string path, World& world, IdempotentAnswers& answers,
                     SimulatedClock& clock)
    : path_(std::move(path)), world_(world), answers_(answers), clock_(clock) {}

Loaded StateFile::load() {
  if (path_.empty() || !std::filesystem::exists(path_)) return Loaded::nothing;
  std::ifstream file{path_, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto saved = parse_json(text);
  if (!saved || !answers_.load((*saved)["answers"]) || !world_.load(*saved)) {
    throw std::runtime_error("the state file " + path_ +
                             " cannot be read; delete it to start over");
  }
  // A clock that was ahead of the real one goes on from where it stood.
  if (world_.now() > clock_.now()) clock_.set(world_.now());
  saved_revision_ = revision();
  return Loaded::everything;
}

void StateFile::save_at_leisure() {
  const auto begin = std::chrono::steady_clock::now();
  if (begin < next_save_) return;
  save();
  const auto end = std::chrono::steady_clock::now();
  next_save_ = end + 19 * (end - begin);
}

void StateFile::save() {
  if (path_.empty() || revision() == saved_revision_) return;
  const std::string draft = path_ + ".draft";
  std::ofstream file{draft, std::ios::binary | std::ios::trunc};
  Json saved = world_.to_json();
  saved["answers"] = answers_.to_json();
  file << write_json(saved);
  file.close();
  if (!file) throw std::runtime_error("the state file " + draft + " cannot be written");
  std::filesystem::rename(draft, path_);
  saved_revision_ = revision();
}

/// Both rise only, so their sum tells of a change of either.
std::uint64_t StateFile::revision() const { return world_.revision() + answers_.revision(); }

}  // namespace tollgate::simulator
