# Every library is Debian's package (deploy/local/packages.txt); nothing is fetched while building.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url json)
find_package(Protobuf REQUIRED)
find_package(spdlog REQUIRED CONFIG)
find_package(yaml-cpp REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
find_library(SIMDJSON_LIBRARY simdjson REQUIRED)

# Asio and Beast compiled once: libs/base and libs/http each hold the one translation unit.
add_library(tollgate_boost INTERFACE)
target_link_libraries(tollgate_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(tollgate_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
