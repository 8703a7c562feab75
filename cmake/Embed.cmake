# Writes OUT, a C file that defines `const char NAME[]` with the bytes of FILE and a zero behind them. Run with cmake -P.
cmake_minimum_required(VERSION 3.25)
file(READ "${FILE}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUT}" "extern const char ${NAME}[];\nconst char ${NAME}[] = {${bytes}0x00};\n")
