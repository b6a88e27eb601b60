using System.Security.Cryptography;
using System.Text;

namespace Gaia.Chat.Streams;

/// <summary>What a stream is asked for by: nobody can name another user's.</summary>
internal readonly record struct StreamKey(Guid Owner, string RequestId)
{
    private const string Subjects = "gaia.chat.stream";
    private const int HashLength = 32;

    /// <summary>Of all streams.</summary>
    public static string AllSubjects { get; } = $"{Subjects}.>";

    /// <param name="run">Which of the streams that had this request id, or * for any.</param>
    public string Subject(string run) => $"{Subjects}.{Owner:N}.{Hash(RequestId)}.{run}";

    // A caller chooses the id, and subjects take only some characters.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
