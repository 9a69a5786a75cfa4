// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace tollgate {

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& bounds, const Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(labels, bounds);
}

std::string Metrics::render() const {
  return prometheus::TextSerializer{}.Serialize(registry_.Collect());
}

CounterByLabel::CounterByLabel(Metrics& metrics, std::string name, std::string help,
                               std::string label, std::size_t values_max, Labels fixed)
    : metrics_(metrics),
      name_(std::move(name)),
      help_(std::move(help)),
      label_(std::move(label)),
      values_max_(values_max),
      fixed_(std::move(fixed)) {}

Counter& CounterByLabel::of(std::string_view value) {
  const std::lock_guard lock{mutex_};
  auto found = counters_.find(value);
  if (found == counters_.end() && counters_.size() >= values_max_) {
    value = "other";
    found = counters_.find(value);
  }
  if (found != counters_.end()) return *found->second;
  std::string text{value};
  Labels labels = fixed_;
  labels.emplace(label_, text);
  Counter& made = metrics_.counter(name_, help_, labels);
  counters_.emplace(std::move(text), &made);
  return made;
}

const std::vector<double>& latency_buckets_s() {
  static const std::vector<double> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                          0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                          1.0,    2.5,     5.0,    10.0};
  return bounds;
}

}  // namespace tollgate
