namespace Gaia.Asset.Errors;

/// <summary>An upload that the client must change; <see cref="Exception.Message"/> is said to it.</summary>
internal sealed class RefusedUploadException(int status, string detail) : Exception(detail)
{
    public int Status { get; } = status;
}
