# Writes OUTPUT, a C++ file that holds the files of FOLDER named by NAMES, so that the simulator
# needs nothing beside its binary: cmake -DOUTPUT=… -DFOLDER=… "-DNAMES=a.html b.css" -P …
separate_arguments(NAMES)
set(arrays "")
set(rows "")
foreach(name IN LISTS NAMES)
  string(MAKE_C_IDENTIFIER ${name} identifier)
  file(READ ${FOLDER}/${name} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char ${identifier}[] = {${bytes}};\n")
  string(APPEND rows "      {\"${name}\", {${identifier}, sizeof ${identifier}}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by embed_pages.cmake.
#include \"stripe_simulator/pages/page_files.hpp\"

namespace tollgate::simulator {
namespace {
${arrays}
}  // namespace

std::span<const PageFile> page_files() {
  static constexpr PageFile files[] = {
${rows}  };
  return files;
}

}  // namespace tollgate::simulator
")
