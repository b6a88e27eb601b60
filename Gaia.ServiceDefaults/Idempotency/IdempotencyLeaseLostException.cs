namespace Gaia;

/// <summary>
/// The claim on an idempotency key lapsed while the request was processed, and another request has it. The response is 409 when it reaches the filter of
/// <see cref="Idempotency.WithIdempotencyLease"/>.
/// </summary>
public sealed class IdempotencyLeaseLostException() : Exception("Another request has the idempotency key by now.");
