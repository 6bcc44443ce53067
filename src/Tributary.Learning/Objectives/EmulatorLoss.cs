using Tributary.Learning.Adaptation;
using Tributary.Learning.Autograd;
using Tributary.Learning.Models;

namespace Tributary.Learning.Objectives;

/// <summary>
/// How well an emulator stands for the blocks of a model between two others (Xiao et al. 2023): a weight times mean(((T − S) / rms(T))²), where T and S are what the base's
/// blocks and the emulator's give for the same rows, and a weight times the task's loss over S. Nothing below the emulator may be trained.
/// </summary>
/// <param name="first">The first block that is emulated.</param>
/// <param name="end">The first behind them.</param>
/// <param name="distillationWeight">Weight of the distance between T and S.</param>
/// <param name="task">The task's loss.</param>
/// <param name="taskWeight">Its weight; with 0 what lies above the emulator is not run.</param>
public sealed class EmulatorLoss(int first, int end, double distillationWeight, IObjective task, double taskWeight) : IObjective
{
    /// <inheritdoc/>
    public Var Loss(LanguageModel model, Pass pass, float scale)
    {
        var tape = pass.Tape;
        var below = model.Blocks(pass, model.Embed(pass), 0, first);
        var target = model.Blocks(new Pass(tape, new AdapterSet(model), pass.Rows), tape.Detach(below), first, end);
        var given = model.Blocks(pass, below, first, end);
        var distance = tape.RelativeError(given, target, scale);
        tape.Release(target);
        if (taskWeight == 0)
        {
            tape.Release(given);
            return tape.SumLosses(distance, (float)distillationWeight);
        }

        pass.Restart(pass.Adapters, pass.Rows, pass.DropoutKey, new Emulated(end, given));
        return tape.SumLosses(distance, (float)distillationWeight, task.Loss(model, pass, scale), (float)taskWeight);
    }

    /// <inheritdoc/>
    public int Terms(TokenRows rows) => taskWeight == 0 ? rows.Count : task.Terms(rows);

    private sealed record Emulated(int Blocks, Var Rows) : ILowerBlocks
    {
        public Var Forward(Pass pass) => Rows;
    }
}
