namespace Gaia.Chat.Errors;

/// <summary>A request that cannot be answered, with what its sender is told.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">A word for programs, OpenAI's where OpenAI has one.</param>
/// <param name="detail">A sentence for people.</param>
/// <param name="field">The parameter of the request that is at fault, when it is one.</param>
/// <param name="cause">What was caught.</param>
internal class ChatException(int status, string code, string detail, string? field = null, Exception? cause = null) : Exception(detail, cause)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string? Field { get; } = field;

    /// <summary>When the request can be repeated; null when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The budget that does not cover the request; null when none is at fault, or that of the settings.</summary>
    public Guid? BudgetId { get; init; }

    public static ChatException Invalid(string detail, string? field = null) => new(StatusCodes.Status400BadRequest, "invalid_request", detail, field);

    /// <summary>A parameter that the model's provider has no equivalent of.</summary>
    public static ChatException Unsupported(string field, string provider) => new(
        StatusCodes.Status400BadRequest, "unsupported_parameter", $"Parameter {field} is not supported by models of provider {provider}.", field);

    public static ChatException NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"{what} not found");
}
