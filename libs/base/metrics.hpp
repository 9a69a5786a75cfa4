// SPDX-License-Identifier: Apache-2.0
// Prometheus metrics of one process; every name begins with `tollgate_` and ends with its unit. Ask
// for a metric once, at construction, and keep the reference: looking one up takes a lock.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;
using Labels = std::map<std::string, std::string>;

/// Owns every metric of the process; the references it gives live as long as it does. Any thread.
class Metrics {
 public:
  /// The same name and labels give the same metric again.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds`: upper bounds of the buckets, rising, in the unit that the name ends with.
  Histogram& histogram(const std::string& name, const std::string& help,
                       const std::vector<double>& bounds, const Labels& labels = {});

  /// The Prometheus text exposition format, version 0.0.4.
  [[nodiscard]] std::string render() const;

 private:
  prometheus::Registry registry_;
};

/// Counters of one name, told apart by one label whose values come from outside: beyond
/// `values_max` different values the rest is counted as `other`, so memory stays bounded.
/// `fixed` are further labels that all of them carry.
class CounterByLabel {
 public:
  CounterByLabel(Metrics& metrics, std::string name, std::string help, std::string label,
                 std::size_t values_max, Labels fixed = {});
  Counter& of(std::string_view value);

 private:
  Metrics& metrics_;
  const std::string name_;
  const std::string help_;
  const std::string label_;
  const std::size_t values_max_;
  const Labels fixed_;
  std::mutex mutex_;
  std::map<std::string, Counter*, std::less<>> counters_;
};

/// Seconds from 100 us to 10 s: fits a request and a database transaction alike.
const std::vector<double>& latency_buckets_s();

}  // namespace tollgate
