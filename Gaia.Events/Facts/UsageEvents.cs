using System.Text.Json;

namespace Gaia.Events.Facts;

/// <summary>A call of a model was charged to a user.</summary>
/// <param name="Cost">US dollars; null when the model's price is not known.</param>
/// <param name="IsEstimated">The tokens are estimated.</param>
public sealed record UsageCharged(
    Guid UsageId, Guid UserId, Guid? ApiKeyId, Guid? PersonaId, string Model, string Provider, long PromptTokens, long CompletionTokens, decimal? Cost, bool IsEstimated)
    : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.usage.charged";

    /// <inheritdoc/>
    public Guid Subject => UserId;
}

/// <summary>An alert was fired.</summary>
/// <param name="Kind">Such as <c>budget.threshold</c>.</param>
/// <param name="Details">What the alert says.</param>
public sealed record AlertFired(Guid AlertId, string Kind, JsonElement Details) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.alert.fired";

    /// <inheritdoc/>
    public Guid Subject => AlertId;
}
