using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gaia;

/// <summary>How the server reads request headers: as Latin-1, in which every byte is a character, and a length as digits only (RFC 9110, 8.6).</summary>
internal static class RequestHeaderEncoding
{
    private static readonly Encoding Digits = new DigitEncoding();

    public static Encoding? Of(string header) => header == HeaderNames.ContentLength ? Digits : Encoding.Latin1;

    /// <summary>Turns everything but digits into something that is no number: the server's own parser takes signs and spaces as well.</summary>
    private sealed class DigitEncoding : Encoding
    {
        public override int GetByteCount(char[] chars, int index, int count) => count;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => count;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
        {
            for (var i = 0; i < byteCount; i++)
            {
                var letter = (char)bytes[byteIndex + i];
                chars[charIndex + i] = char.IsAsciiDigit(letter) ? letter : '\uFFFD';
            }

            return byteCount;
        }

        public override int GetMaxByteCount(int charCount) => charCount;

        public override int GetMaxCharCount(int byteCount) => byteCount;
    }
}
