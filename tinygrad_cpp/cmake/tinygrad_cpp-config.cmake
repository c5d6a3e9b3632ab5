# find_package(tinygrad_cpp) reads this where it was installed, in lib/cmake/tinygrad_cpp. Defines the targets
# tinygrad_cpp::tinygrad_cpp and tinygrad_cpp::tinygrad_cpp_double, with a shared library before a static one.
include(CMakeFindDependencyMacro)
find_dependency(fmt)
find_dependency(Threads)

get_filename_component(_tinygrad_cpp_lib "${CMAKE_CURRENT_LIST_DIR}/../.." REALPATH)
set(_tinygrad_cpp_here REQUIRED NO_CACHE NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
find_path(_tinygrad_cpp_include tinygrad_cpp/tinygrad.hpp ${_tinygrad_cpp_here}
          PATHS "${_tinygrad_cpp_lib}/../include" "${_tinygrad_cpp_lib}/../../include")
foreach(_tinygrad_cpp_name tinygrad_cpp tinygrad_cpp_double)
  if(TARGET tinygrad_cpp::${_tinygrad_cpp_name})
    continue()
  endif()
  unset(_tinygrad_cpp_file)
  find_library(_tinygrad_cpp_file ${_tinygrad_cpp_name} ${_tinygrad_cpp_here} PATHS "${_tinygrad_cpp_lib}")
  add_library(tinygrad_cpp::${_tinygrad_cpp_name} UNKNOWN IMPORTED)
  set_target_properties(tinygrad_cpp::${_tinygrad_cpp_name} PROPERTIES
                        IMPORTED_LOCATION "${_tinygrad_cpp_file}"
                        INTERFACE_INCLUDE_DIRECTORIES "${_tinygrad_cpp_include}"
                        INTERFACE_LINK_LIBRARIES "fmt::fmt;Threads::Threads"
                        INTERFACE_COMPILE_FEATURES cxx_std_20)
  if(_tinygrad_cpp_file MATCHES "\\.a$") # a shared library names MPI itself
    target_link_libraries(tinygrad_cpp::${_tinygrad_cpp_name} INTERFACE "@MPI@")
  endif()
endforeach()
set_target_properties(tinygrad_cpp::tinygrad_cpp_double PROPERTIES
                      INTERFACE_COMPILE_DEFINITIONS TG_REAL=double)
