/* SPDX-License-Identifier: MIT */
/* The command that the wrappers run in the benchmark: it does nothing, linked
 * statically, so that what is measured is what comes before it. */
int main(void)
{
    return 0;
}
