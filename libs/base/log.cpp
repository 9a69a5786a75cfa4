// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <cmath>
#include <memory>

#include "base/log_quota.hpp"
#include "base/utf8.hpp"

namespace tollgate::log {
namespace {

// The pattern makes the frame of the JSON object; the payload is its tail, already JSON.
std::string pattern_of(std::string_view service) {
  return R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","service":")" + std::string{service} +
         R"(",%v})";
}

std::shared_ptr<spdlog::logger> make_logger(std::string_view service) {
  auto logger = std::make_shared<spdlog::logger>("tollgate",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(pattern_of(service), spdlog::pattern_time_type::utc);
  return logger;
}

std::shared_ptr<spdlog::logger>& the_logger() {
  static std::shared_ptr<spdlog::logger> logger = make_logger("tollgate");
  return logger;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_text(std::string& line, std::string_view text) {
  line += boost::json::serialize(boost::json::string{valid_utf8(text)});
}

void append_value(std::string& line, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value))
    return append_text(line, *text);
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    line += std::to_string(*number);
  } else if (const auto* fraction = std::get_if<double>(&field.value)) {
    // JSON has no infinity and no NaN.
    line +=
        std::isfinite(*fraction) ? boost::json::serialize(boost::json::value(*fraction)) : "null";
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}

std::string line_of(std::string_view message, Fields fields) {
  std::string line = R"("message":)";
  append_text(line, message);
  for (const Field& field : fields) {
    line += ',';
    append_text(line, field.key);
    line += ':';
    append_value(line, field);
  }
  return line;
}

Quota& the_quota() {
  static Quota quota;
  return quota;
}

}  // namespace

void open(std::string_view service, Level lowest) {
  the_logger() = make_logger(service);
  the_logger()->set_level(spdlog_level(lowest));
}

std::optional<Level> parse_level(std::string_view text) {
  if (text == "debug") return Level::debug;
  if (text == "info") return Level::info;
  if (text == "warning") return Level::warning;
  if (text == "error") return Level::error;
  return std::nullopt;
}

void write(Level level, std::string_view message, Fields fields) {
  auto& logger = *the_logger();
  if (logger.should_log(spdlog_level(level)))
    logger.log(spdlog_level(level), line_of(message, fields));
}

void write_bounded(Level level, std::string_view kind, std::string_view message, Fields fields) {
  auto& logger = *the_logger();
  if (!logger.should_log(spdlog_level(level))) return;
  const auto left_out = the_quota().take(std::string{message} + '\n' + std::string{kind});
  if (!left_out) return;
  std::string line = line_of(message, fields);
  if (*left_out > 0) line += R"(,"left_out":)" + std::to_string(*left_out);
  logger.log(spdlog_level(level), line);
}

}  // namespace tollgate::log
