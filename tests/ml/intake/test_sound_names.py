from ml.intake.sound_names import read_names


def test_folders__are_classes_without_the_one_all_lie_in() -> None:
    places, told = read_names(["birds/owl/1.wav", "birds/owl/2.wav", "birds/tit/a/3.wav"])
    assert places.sample_ids == ["owl/1.wav", "owl/2.wav", "tit/a/3.wav"]
    assert places.class_names == ["owl", "owl", "tit"]
    assert places.is_held_out is None
    assert told == ("Classes come from folders.",)


def test_split_folders__say_who_is_held_out() -> None:
    places, told = read_names(["train/owl/1.wav", "Test/owl/2.wav", "train/tit/3.wav"])
    assert places.is_held_out == [False, True, False]
    assert places.class_names == ["owl", "owl", "tit"]
    assert told == ("Folders say which samples are held out.", "Classes come from folders.")
    assert read_names(["train/1.wav", "test/2.wav"]).places.class_names == [None, None]


def test_flat_names__tell_classes_only_where_all_agree() -> None:
    digits = [f"{d}_{who}_{i}.wav" for d in (0, 1) for who in ("ana", "ben") for i in (0, 1)]
    places, told = read_names([f"r/{each}" for each in digits])
    assert places.class_names == list("00001111")
    assert told == ("Classes are the first part of the names, as in 0_ana_0.wav.",)
    assert set(read_names([*digits, "noise.wav"]).places.class_names) == {None}
    assert set(read_names([f"{i}_ana_0.wav" for i in range(9)]).places.class_names) == {None}
    assert set(read_names(["a_b_1.wav", "a_b_2.wav"]).places.class_names) == {None}


def test_one_file__has_its_name() -> None:
    assert read_names(["a.wav"]).places.sample_ids == ["a.wav"]
