namespace Gaia.Asset.Errors;

/// <summary>An upload that the client must change; <see cref="Exception.Message"/> is said to it.</summary>
internal sealed class RefusedUploadException(int status, string detail, string? code = null) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>A word for programs; null when the status says enough.</summary>
    public string? Code { get; } = code;
}
