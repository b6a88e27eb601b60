namespace Gaia.Chat.Errors;

/// <summary>A request that cannot be answered as it is, with what its sender is told.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">A word for programs, OpenAI's where OpenAI has one.</param>
/// <param name="detail">A sentence for people.</param>
/// <param name="part">What is wrong in the body, when it is one thing.</param>
internal sealed class ChatException(int status, string code, string detail, string? part = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string? Field { get; } = part;

    /// <summary>When it is worth asking again; null when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ChatException Invalid(string detail, string? field = null) => new(StatusCodes.Status400BadRequest, "invalid_request", detail, field);

    public static ChatException NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"{what} not found");
}
