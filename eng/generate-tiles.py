"""Writes the register tiles of the matrix product: one named local per accumulator, which is what the JIT keeps in registers.

usage: python3 eng/generate-tiles.py      (rewrites src/Tributary.Numerics/Cpu/Products/Tiles.*.cs)
"""
import pathlib

TARGET = pathlib.Path(__file__).parent.parent / "src/Tributary.Numerics/Cpu/Products"
SETS = [("Avx512", 512, 16, 8), ("Avx2", 256, 8, 4), ("Portable", 128, 4, 4)]


def tile(bits, lanes, rows, vectors):
    v = f"Vector{bits}"
    fma = f"{v}.FusedMultiplyAdd" if bits > 128 else f"{v}.MultiplyAddEstimate"
    name = f"Tile{rows}x{vectors * lanes}"
    out = [f"    /// <summary>{rows} rows × {vectors * lanes} columns.</summary>",
           "    [MethodImpl(MethodImplOptions.AggressiveOptimization)]",
           f"    public static void {name}(int inner, float* a, float* b, TileTarget* target)", "    {"]
    for r in range(rows):
        out.append("        " + " ".join(f"var c{r}{j} = {v}<float>.Zero;" for j in range(vectors)))
    out += ["        for (var k = 0; k < inner; k++)", "        {"]
    for j in range(vectors):
        out.append(f"            var b{j} = {v}.Load(b" + (f" + {j * lanes}" if j else "") + ");")
    for r in range(rows):
        out.append(f"            var a{r} = {v}.Create(a[{r}]);")
        for j in range(vectors):
            out.append(f"            c{r}{j} = {fma}(a{r}, b{j}, c{r}{j});")
    out += [f"            a += {rows};", f"            b += {vectors * lanes};", "        }", ""]
    for r in range(rows):
        for j in range(vectors):
            out.append(f"        Store(c{r}{j}, target, {r}, {j * lanes});")
    out += ["    }", ""]
    return out


for kind, bits, lanes, rows in SETS:
    v = f"Vector{bits}"
    fma = f"{v}.FusedMultiplyAdd" if bits > 128 else f"{v}.MultiplyAddEstimate"
    lines = ["// Written by eng/generate-tiles.py.", "using System.Runtime.CompilerServices;", "using System.Runtime.Intrinsics;", "",
             "namespace Tributary.Numerics.Cpu.Products;", "",
             f"/// <summary>Register tiles of {bits}-bit vectors: c = alpha · a · b + beta · c + bias, a packed [inner][{rows}], b packed [inner][columns].</summary>",
             f"internal static unsafe class Tiles{kind}", "{"]
    for vectors in (3, 2, 1):
        lines += tile(bits, lanes, rows, vectors)
    lines += ["    [MethodImpl(MethodImplOptions.AggressiveInlining)]",
              f"    private static void Store({v}<float> sum, TileTarget* target, int row, int column)", "    {",
              "        var c = target->C + (row * target->Stride) + column;",
              f"        sum *= {v}.Create(target->Alpha);",
              "        if (target->Beta != 0)", "        {",
              f"            sum = {fma}({v}.Create(target->Beta), {v}.Load(c), sum);", "        }", "",
              "        if (target->Bias != null)", "        {", f"            sum += {v}.Load(target->Bias + column);", "        }", "",
              "        sum.Store(c);", "    }", "}"]
    (TARGET / f"Tiles{kind}.cs").write_text("\n".join(lines) + "\n")
