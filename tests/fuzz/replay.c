/* SPDX-License-Identifier: MIT */
/* Runs files through a fuzzer, for compilers without libFuzzer: fuzz-NAME FILE... */
#include "fuzz.h"

static void replay(const char *path)
{
    _cleanup_fclose_ FILE *file = fopen(path, "rb");
    _cleanup_free_ uint8_t *data = NULL;
    long size;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0 ||
        !(data = malloc((size_t)size + 1)) || fread(data, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(2);
    }
    LLVMFuzzerTestOneInput(data, (size_t)size);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%s: %d files\n", argv[0], argc - 1);
    return 0;
}
