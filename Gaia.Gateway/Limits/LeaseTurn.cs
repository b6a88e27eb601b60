namespace Gaia.Gateway.Limits;

/// <summary>Requests of one caller that wait for the same question to Redis.</summary>
internal sealed class LeaseTurn
{
    // Continuations of many requests must not run under the lease's lock.
    private readonly TaskCompletionSource<TurnAnswer?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Wanted { get; set; }

    /// <summary>Null: decide again, by the credit that came meanwhile or without Redis.</summary>
    public Task<TurnAnswer?> Answer => answer.Task;

    public void End(TurnAnswer? said) => answer.TrySetResult(said);
}

/// <param name="Granted">So many of those who wait are admitted, the first ones; the others are refused.</param>
/// <param name="Admission">The decision for the former.</param>
/// <param name="Refusal">The decision for the latter.</param>
internal sealed record TurnAnswer(int Granted, Decision Admission, Decision Refusal)
{
    public Decision Of(int place) => place < Granted ? Admission : Refusal;
}
